using ChunkUploader.Domain.Uploads;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Uploads;

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
    public async Task What_was_checked_once_is_not_read_again_at_the_next_start()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        await SendAllAsync(session, Content);
        await BootAsync();
        await Host.Service.GetAsync(session.Id, Alice, None);
        await RestartAsync();
        Assert.That((await Host.Repository.FindAsync(session.Id, None))!.Value.Session.IsSuspect, Is.False);
    }

    [Test]
    public async Task After_a_restart_of_the_process_alone_nothing_is_suspected()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        await SendAsync(session, Content, 0);
        await RestartAsync();
        Assert.That((await Host.Repository.FindAsync(session.Id, None))!.Value.Session.IsSuspect, Is.False);
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
