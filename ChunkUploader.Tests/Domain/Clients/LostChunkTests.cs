using ChunkUploader.Domain;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Clients;

/// <summary>A form client is not left waiting for a file whose acknowledged chunks the disk has lost.</summary>
[TestFixture]
[Platform("Linux")]
public sealed class LostChunkTests : ClientFixture
{
    static readonly byte[] Content = Sample.Of(4 * ChunkSize);

    [Test]
    public async Task Who_does_not_ask_is_told_with_the_last_chunk_and_may_send_them_again([Values] bool restarts)
    {
        var file = FileOf(Content);
        await SendAllAsync(file, Content, 0, 1);
        File.Delete(Host.Paths.PartOf((await SessionAsync(file)).BlobId));
        await (restarts ? RestartAsync() : Task.CompletedTask);

        await SendAgainAsync(file, 2);
        var refusal = await Refusal.OfAsync(UploadErrorCode.ChunksMissing, () => SendAgainAsync(file, 3));
        Assert.That(refusal.Missing, Is.EqualTo(new[] { new IndexRange(0, 1) }));
        Assert.That(await StoredAsync(), Is.Empty);

        Assert.That((await SendAsync(file, 0, ChunkOf(Content, 0))).File, Is.Null, "it is sending what is missing");
        Assert.That(Download((await SendAsync(file, 1, ChunkOf(Content, 1))).File!), Is.EqualTo(Content));
    }

    [TestCase(2, 3, TestName = "one of those that are lost")]
    [TestCase(3, 2, TestName = "one that is in")]
    public async Task Who_sends_nothing_again_but_one_chunk_is_told_whenever_it_comes(int kept, int sent)
    {
        var file = await LoseFromAsync(kept);
        for (var tries = 0; tries < 3; tries++)
        {
            var refusal = await Refusal.OfAsync(
                UploadErrorCode.ChunksMissing, () => SendAsync(file, sent, ChunkOf(Content, sent)));
            Assert.That(refusal.Missing, Is.EqualTo(new[] { new IndexRange(kept, kept) }));
        }

        Assert.That(await StoredAsync(), Is.Empty);
        Assert.That(Download((await SendAllAsync(file, Content, 0, 1, 2, 3)).File!), Is.EqualTo(Content));
    }

    [Test]
    public async Task Two_that_come_at_once_are_both_told_and_told_again()
    {
        var file = await LoseFromAsync(3);
        foreach (var index in new[] { 1, 2, 1, 2 })
        {
            await Refusal.OfAsync(
                UploadErrorCode.ChunksMissing, () => SendAsync(file, index, ChunkOf(Content, index)));
        }
    }

    [Test]
    public async Task Who_asks_for_each_before_it_sends_it_is_not_told()
    {
        var file = await LoseFromAsync(2);
        foreach (var index in new[] { 2, 3 })
        {
            Assert.That(await IsInAsync(file, index), Is.False);
            Assert.That((await SendAsync(file, index, ChunkOf(Content, index))).File is not null, Is.EqualTo(index == 3));
        }
    }

    [Test]
    public async Task Nor_is_who_has_asked_for_all()
    {
        var file = await LoseFromAsync(2);
        var wanted = (await Forms.FindAsync(file, Alice, None))!.Missing;
        Assert.That(wanted, Is.EqualTo(new[] { 0, 1, 2, 3 }), "those that were lost, and two to compare");
        foreach (var index in new[] { 1, 3, 2 })
        {
            Assert.That((await SendAsync(file, index, ChunkOf(Content, index))).File, Is.Null);
        }

        Assert.That((await SendAsync(file, 0, ChunkOf(Content, 0))).File, Is.Not.Null);
    }

    [Test]
    public async Task Who_sends_everything_again_without_having_been_told_gets_through()
    {
        var file = await LoseFromAsync(2);
        Assert.That(Download((await SendAllAsync(file, Content, 0, 1, 2, 3)).File!), Is.EqualTo(Content));
    }

    [Test]
    public async Task A_name_under_which_bytes_were_lost_is_free_for_the_file_sent_anew()
    {
        var file = FileOf(ChunkPlan.Open(count: 4)) with { IsKnownByName = true };
        await SendAllAsync(file, Content, 0, 1);
        File.Delete(Host.Paths.PartOf((await SessionAsync(file)).BlobId));
        await Refusal.OfAsync(UploadErrorCode.BytesLost, () => SendAsync(file, 0, ChunkOf(Content, 0)));
        await SendAllAsync(file, Content, 0, 1, 2);
        Assert.That(Download((await SendAsync(file, 3, ChunkOf(Content, 3))).File!), Is.EqualTo(Content));
    }

    /// <summary>All four chunks were acknowledged, and all from this one on are lost.</summary>
    async Task<ChunkUploader.Domain.Clients.ChunkedFile> LoseFromAsync(int index)
    {
        var file = FileOf(Content);
        for (var i = 0; i < 4; i++)
        {
            await SendAsync(file, i, ChunkOf(Content, i), completes: false);
        }

        using (var part = File.OpenHandle(
            Host.Paths.PartOf((await SessionAsync(file)).BlobId), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            RandomAccess.SetLength(part, index * ChunkSize);
        }

        await RestartAsync();
        return file;
    }

    [Test]
    public async Task A_staged_one_whose_bytes_are_gone_is_kept_anew_when_it_comes_again()
    {
        var file = FileOf(ChunkPlan.Open(count: 4));
        await SendAsync(file, 3, ChunkOf(Content, 3));
        File.Delete(Host.Paths.PartOf((await SessionAsync(file)).Client!.StagedBlob!.Value));
        await Refusal.OfAsync(UploadErrorCode.ChunkBusy, () => SendAsync(file, 3, ChunkOf(Content, 3)));
        await SendAsync(file, 3, ChunkOf(Content, 3));
        Assert.That(Download((await SendAllAsync(file, Content, 0, 1, 2)).File!), Is.EqualTo(Content));
        Assert.That(Parts, Is.Empty);
    }

    /// <summary>As a client does, which is told to try again when the loss is noticed.</summary>
    async Task SendAgainAsync(ChunkUploader.Domain.Clients.ChunkedFile file, int index)
    {
        try
        {
            await SendAsync(file, index, ChunkOf(Content, index));
        }
        catch (UploadException refusal) when (refusal.Code == UploadErrorCode.BytesLost)
        {
            await SendAsync(file, index, ChunkOf(Content, index));
        }
    }

    async Task<UploadSession> SessionAsync(ChunkUploader.Domain.Clients.ChunkedFile file) =>
        (await Host.Repository.ListOfClientAsync(Alice.Key, file.Key, None)).Single();
}
