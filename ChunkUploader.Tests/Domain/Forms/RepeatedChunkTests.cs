using ChunkUploader.Domain.Forms;
using ChunkUploader.Domain.Uploads;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Forms;

/// <summary>The chunk that completed a file comes again, as its answer was lost; or another file comes.</summary>
public class RepeatedChunkTests : FormFixture
{
    static readonly byte[] Content = Sample.Of(250_000);
    static readonly ChunkedFile File = FileOf(Content);

    [Test]
    public async Task It_is_answered_with_the_file([Values] bool isRestarted)
    {
        var stored = (await SendAllAsync(File, Content, 0, 2, 1)).File!;
        await (isRestarted ? RestartAsync() : Task.CompletedTask);
        var again = await SendAsync(File, 1, Piece(Content, 1));
        Assert.That((again.File!.Id, again.ReceivedCount), Is.EqualTo((stored.Id, 3)));
        Assert.That(await StoredAsync(), Has.Count.EqualTo(1));
        Assert.That(await Host.Repository.CountReceivingAsync(Alice.Key, None), Is.Zero);
    }

    [Test]
    public async Task A_test_of_a_completed_file_says_that_nothing_is_in()
    {
        await SendAllAsync(File, Content, 0, 1, 2);
        Assert.That(await IsInAsync(File, 0), Is.False);
        Assert.That(await IsInAsync(File, 2), Is.False);
    }

    [Test]
    public async Task Any_other_chunk_begins_a_new_upload()
    {
        var stored = (await SendAllAsync(File, Content, 0, 1, 2)).File!;
        var second = (await SendAllAsync(File, Content, 1, 0, 2)).File!;
        Assert.That((second.Id, second.BlobId), Is.Not.EqualTo((stored.Id, stored.BlobId)));
        Assert.That(second.BlobId, Is.EqualTo(stored.BlobId));
    }

    [Test]
    public async Task Another_file_is_not_taken_for_a_repeat()
    {
        var other = Sample.Of(250_000, seed: 2);
        await SendAllAsync(File, Content, 0, 1, 2);
        Assert.That((await SendAsync(File, 2, Piece(other, 2))).File, Is.Null);
        Assert.That(Download((await SendAllAsync(File, other, 0, 1)).File!), Is.EqualTo(other));
    }

    [Test]
    public async Task Another_file_with_the_same_last_chunk_is_whole_too_when_all_come_at_once()
    {
        for (var round = 0; round < 20; round++)
        {
            var (file, other) = (FileOf(Content, $"{round}"), Sample.Of(250_000, seed: round + 2));
            Piece(Content, 2).CopyTo(other, 2 * ChunkSize);
            await SendAllAsync(file, Content, 0, 1, 2);
            await Task.WhenAll(
                Enumerable.Range(0, 3).Select(index => Task.Run(() => SendAsync(file, index, Piece(other, index)))));
            var stored = (await StoredAsync()).Select(Download);
            Assert.That(stored.Any(bytes => bytes.AsSpan().SequenceEqual(other)), Is.True, $"round {round}");
        }
    }

    [Test]
    public async Task A_repeat_that_cannot_be_compared_has_to_come_again()
    {
        await SendAllAsync(File, Content, 0, 1, 2);
        var streamed = new ChunkBody(Sample.Body(Piece(Content, 2)));
        await Refusal.OfAsync(UploadErrorCode.ChunkBusy, () => ReceiveAsync(new FormChunk(File, 2), streamed));
        Assert.That(await Host.Repository.CountReceivingAsync(Alice.Key, None), Is.Zero);
    }

    [Test]
    public async Task Another_file_whose_first_chunk_to_come_is_the_same_one_is_whole_too([Values] bool isRestarted)
    {
        var other = Sample.Of(250_000, seed: 2);
        Piece(Content, 2).CopyTo(other, 2 * ChunkSize);
        await SendAllAsync(File, Content, 0, 1, 2);
        Assert.That((await SendAsync(File, 2, Piece(other, 2))).File, Is.Not.Null, "it may be a repeat");
        await (isRestarted ? RestartAsync() : Task.CompletedTask);
        Assert.That((await SendAsync(File, 0, Piece(other, 0))).ReceivedCount, Is.EqualTo(2), "it was acknowledged");
        Assert.That(Download((await SendAsync(File, 1, Piece(other, 1))).File!), Is.EqualTo(other));
    }

    [Test]
    public async Task Long_after_a_repeat_a_new_upload_has_its_own_chunks()
    {
        await SendAllAsync(File, Content, 0, 1, 2);
        await SendAsync(File, 2, Piece(Content, 2));
        Host.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.That((await SendAsync(File, 0, Piece(Content, 0))).ReceivedCount, Is.EqualTo(1));
    }

    [Test]
    public async Task A_file_that_was_deleted_is_uploaded_anew()
    {
        var stored = (await SendAllAsync(File, Content, 0, 1, 2)).File!;
        await Host.Catalog.DeleteAsync(stored.Id, None);
        Assert.That((await SendAsync(File, 2, Piece(Content, 2))).File, Is.Null);
        Assert.That(Download((await SendAllAsync(File, Content, 0, 1)).File!), Is.EqualTo(Content));
    }

    [Test]
    public async Task Completing_again_gives_the_same_answer()
    {
        var stored = (await SendAllAsync(File, Content, 0, 1, 2)).File!;
        var again = await Forms.CompleteAsync(File, Alice, _ => { }, None);
        Assert.That(again.File!.Id, Is.EqualTo(stored.Id));
        await Host.Catalog.DeleteAsync(stored.Id, None);
        await Refusal.OfAsync(UploadErrorCode.FileNotFound, () => Forms.CompleteAsync(File, Alice, _ => { }, None));
        await Refusal.OfAsync(
            UploadErrorCode.UploadNotFound,
            () => Forms.CompleteAsync(FileOf(Content, "never"), Alice, _ => { }, None));
    }
}
