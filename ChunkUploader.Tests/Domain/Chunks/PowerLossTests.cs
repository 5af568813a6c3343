using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Chunks;

/// <summary>
/// Rows survive a loss of power; bytes that were not flushed may not. Here the bytes are spoilt by hand, and the
/// machine's boot by writing down another one.
/// </summary>
[TestFixture]
public sealed class PowerLossTests : CoreFixture
{
    static readonly byte[] Content = Sample.Of((9 * Sample.MiB) + 5);

    [TestCase(1)]
    [TestCase(4)]
    public async Task Chunks_whose_bytes_were_lost_are_missing_again_and_only_they(int chunkMiB)
    {
        var session = (await BeginAsync(Describe(Content), chunkSize: chunkMiB * Sample.MiB)).Session;
        await SendAllAsync(session, Content);
        SpoilByte(session, 5 * Sample.MiB);
        await BootAsync();

        var lost = 5 / chunkMiB;
        var loaded = (await Host.Service.GetAsync(session.Id, Alice, None)).Session;
        Assert.That(loaded.Received.Missing(), Is.EqualTo(new[] { new IndexRange(lost, lost) }));
        await SendAsync(loaded, Content, lost);
        Assert.That(Download((await CompleteAsync(loaded)).File!).AsSpan().SequenceEqual(Content));
    }

    [Test]
    public async Task A_part_that_is_gone_altogether_is_sent_again()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        await SendAllAsync(session, Content);
        File.Delete(Host.Paths.PartOf(session.BlobId));
        await BootAsync();
        var loaded = (await Host.Service.GetAsync(session.Id, Alice, None)).Session;
        Assert.That(loaded.Received.ReceivedCount, Is.Zero);
        await SendAllAsync(loaded, Content);
        Assert.That(Download((await CompleteAsync(loaded)).File!).AsSpan().SequenceEqual(Content));
    }

    [Test]
    public async Task A_blob_that_an_older_database_takes_for_an_upload_that_begins_stays()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        var blob = Host.Paths.BlobOf(session.BlobId);
        Directory.CreateDirectory(Path.GetDirectoryName(blob)!);
        await File.WriteAllBytesAsync(blob, Content);
        await BootAsync();
        Assert.That((await Host.Service.GetAsync(session.Id, Alice, None)).Session.Received.ReceivedCount, Is.Zero);
        Assert.That(File.ReadAllBytes(blob), Is.EqualTo(Content));
    }

    [Test]
    public async Task Nor_does_the_upload_become_that_blob([Values] bool isSuspected)
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        await SendAsync(session, Content, 0);
        var (blob, other) = (Host.Paths.BlobOf(session.BlobId), Sample.Of(Content.Length, seed: 2));
        Directory.CreateDirectory(Path.GetDirectoryName(blob)!);
        await File.WriteAllBytesAsync(blob, other);
        await (isSuspected ? BootAsync() : RestartAsync());

        var loaded = (await Host.Service.GetAsync(session.Id, Alice, None)).Session;
        await SendAllAsync(loaded, Content);
        Assert.That(Download((await CompleteAsync(loaded)).File!).AsSpan().SequenceEqual(Content));
        Assert.That(File.ReadAllBytes(blob).AsSpan().SequenceEqual(other));
        Assert.That(Parts, Is.Empty);
    }

    [Test]
    public async Task What_was_renamed_and_not_published_yet_receives_again_what_was_lost([Values] bool hasSecondName)
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        await SendAllAsync(session, Content);
        await Host.Parts.FlushAsync(session.BlobId, None);
        session = (await Host.Repository.FindAsync(session.Id, None))!.Value.Session;
        session.MarkCompleting(
            Sample.Md5Of(Content),
            Sample.HashOf(Content),
            [.. Sample.BlocksOf(Content).SelectMany(digest => digest.ToBytes())]);
        await Host.Repository.UpdateAsync(session, None);
        await Host.Parts.CommitAsync(session.BlobId, Content.Length, None);
        var blob = Host.Paths.BlobOf(session.BlobId);
        if (hasSecondName)
        {
            await Host.Blobs.ReplaceAsync(Id<Blob>.New(), session.BlobId, None);
        }

        using (var file = new FileStream(blob, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            file.SetLength(5 * Sample.MiB);
        }

        await RestartAsync();
        await Host.RecoverAsync();

        var loaded = (await Host.Service.GetAsync(session.Id, Alice, None)).Session;
        var lost = new IndexRange(hasSecondName ? 0 : 5, 9);
        Assert.That(loaded.Received.Missing(), Is.EqualTo(new[] { lost }));
        for (var index = lost.First; index <= lost.Last; index++)
        {
            await SendAsync(loaded, Content, index);
        }

        Assert.That(Download((await CompleteAsync(loaded)).File!).AsSpan().SequenceEqual(Content));
        Assert.That(Parts, Is.Empty);
    }

    [Test]
    public async Task What_was_checked_once_is_not_read_again_at_the_next_start()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        await SendAllAsync(session, Content);
        await BootAsync();
        await Host.Service.GetAsync(session.Id, Alice, None);
        await RestartAsync();
        Assert.That((await Host.Repository.FindAsync(session.Id, None))!.Value.Session.NeedsVerification, Is.False);
    }

    [Test]
    public async Task After_a_restart_of_the_process_alone_nothing_is_suspected()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        await SendAsync(session, Content, 0);
        await RestartAsync();
        Assert.That((await Host.Repository.FindAsync(session.Id, None))!.Value.Session.NeedsVerification, Is.False);
    }

    async Task BootAsync()
    {
        await File.WriteAllTextAsync(Host.Paths.Boot, "another boot");
        await RestartAsync();
    }

    void SpoilByte(UploadSession session, int offset)
    {
        using var part = new FileStream(
            Host.Paths.PartOf(session.BlobId), FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        part.Position = offset;
        part.WriteByte((byte)(Content[offset] ^ 1));
    }
}
