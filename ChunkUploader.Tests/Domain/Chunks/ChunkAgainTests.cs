using ChunkUploader.Domain;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Chunks;

/// <summary>A chunk is compared with its digests, and with what is there if it comes again.</summary>
[TestFixture]
public class ChunkAgainTests : CoreFixture
{
    static readonly byte[] Content = Sample.Of((9 * Sample.MiB) + 5);

    [Test]
    public async Task The_same_bytes_again_are_welcome()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        var first = await SendAsync(session, Content, 1);
        Assert.That(await SendAsync(session, Content, 1), Is.EqualTo(first with { IsRepeat = true }));
        Assert.That(await CountRowsAsync(session.Id), Is.EqualTo(1));
    }

    [Test]
    public async Task Other_bytes_are_refused_for_good_and_the_stored_ones_stay()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        await SendAllAsync(session, Content);
        var other = ChunkOf(session, Content, 1);
        other[^1] ^= 1;
        var refusal = await Refusal.OfAsync(UploadErrorCode.ChunkDiffers, () => SendBodyAsync(session, 1, other));
        Assert.That(refusal.RetryAfter, Is.Null);
        Assert.That(Download((await CompleteAsync(session)).File!).AsSpan().SequenceEqual(Content));
    }

    [Test]
    public async Task A_completed_upload_still_compares()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        await SendAllAsync(session, Content);
        await CompleteAsync(session);
        await SendAsync(session, Content, 2);
        await Refusal.OfAsync(UploadErrorCode.ChunkDiffers, () => SendBodyAsync(session, 2, new byte[Sample.MiB]));
    }

    [Test]
    public async Task A_chunk_damaged_on_its_way_leaves_no_row(
        [Values] bool isLate, [Values(Sample.MiB, 8 * Sample.MiB)] int chunkSize)
    {
        var session = (await BeginAsync(Describe(Content), chunkSize: chunkSize)).Session;
        var chunk = ChunkOf(session, Content, 0);
        var damaged = chunk.ToArray();
        damaged[^1] ^= 1;
        var digests = new DeclaredDigests(Sample.BlocksOf(chunk));
        await Refusal.OfAsync(UploadErrorCode.ChunkDigestMismatch, () => SendAsync(session, damaged, digests, isLate));
        Assert.That(await CountRowsAsync(session.Id), Is.Zero);
        Assert.That(session.Received.ReceivedCount, Is.Zero);

        await SendAsync(session, chunk, digests, isLate);
        Assert.That(await CountRowsAsync(session.Id), Is.EqualTo(1));
    }

    [Test]
    public async Task One_digest_of_the_whole_body_will_do([Values] bool isDamaged)
    {
        var session = (await BeginAsync(Describe(Content), chunkSize: 8 * Sample.MiB)).Session;
        var chunk = ChunkOf(session, Content, 0);
        var digest = DeclaredDigests.OfWhole(Sample.Sha256Of(isDamaged ? [1] : chunk));
        if (isDamaged)
        {
            await Refusal.OfAsync(UploadErrorCode.ChunkDigestMismatch, () => SendAsync(session, chunk, digest, false));
            Assert.That(await CountRowsAsync(session.Id), Is.Zero);
            return;
        }

        await SendAsync(session, chunk, digest, isLate: false);
        await SendAsync(session, Content, 1);
        var file = (await CompleteAsync(session)).File!;
        Assert.That(file.Blob!.ContentHash, Is.EqualTo(Sample.HashOf(Content)), "the blocks are hashed all the same");
    }

    [Test]
    public async Task Digests_of_a_chunk_that_does_not_start_on_a_block_are_compared_too([Values] bool isLate)
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        var chunk = ChunkOf(session, Content, 2);
        await Refusal.OfAsync(UploadErrorCode.ChunkDigestMismatch,
            () => SendAsync(session, chunk, new DeclaredDigests([Sample.Sha256Of([1])]), isLate, index: 2));
        await SendAsync(session, chunk, new DeclaredDigests([Sample.Sha256Of(chunk)]), isLate, index: 2);
        Assert.That(session.Received.Contains(2), Is.True);
    }

    [Test]
    public async Task A_repeat_that_was_damaged_on_its_way_may_be_sent_again([Values] bool isLate)
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        await SendAsync(session, Content, 1);
        var chunk = ChunkOf(session, Content, 1);
        var digests = new DeclaredDigests([Sample.Sha256Of(chunk)]);
        await Refusal.OfAsync(UploadErrorCode.ChunkDigestMismatch,
            () => SendAsync(session, new byte[Sample.MiB], digests, isLate, index: 1));
        await SendAsync(session, chunk, digests, isLate, index: 1);
    }

    [Test]
    public async Task A_body_of_another_length_is_refused_and_not_kept([Values(-1, 1)] int more)
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        await Refusal.OfAsync(UploadErrorCode.ChunkLengthMismatch,
            () => SendBodyAsync(session, 0, Content[..(Sample.MiB + more)]));
        await Refusal.OfAsync(UploadErrorCode.ChunkOutOfRange, () => SendBodyAsync(session, 10, [1]));
        await Refusal.OfAsync(UploadErrorCode.ChunkOutOfRange, () => SendBodyAsync(session, -1, [1]));
        Assert.That(await CountRowsAsync(session.Id), Is.Zero);
    }

    Task<ChunkReceipt> SendAsync(
        UploadSession session, byte[] chunk, DeclaredDigests digests, bool isLate, int index = 0) =>
        Host.Receiver.ReceiveAsync(
            session.Id,
            Alice,
            index,
            isLate
                ? new ChunkBody(Sample.Body(chunk))
                {
                    ReadLateDigestsAsync = _ => Task.FromResult<DeclaredDigests?>(digests),
                }
                : new ChunkBody(Sample.Body(chunk), digests),
            None);
}
