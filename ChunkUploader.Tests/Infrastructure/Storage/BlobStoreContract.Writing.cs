using System.Buffers;
using System.IO.Pipelines;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Infrastructure.Storage;

public abstract partial class BlobStoreContract
{
    [Test]
    public async Task Keeps_chunks_that_come_in_any_order()
    {
        foreach (var index in new[] { 3, 0, 2, 1 })
        {
            await WriteAsync(index);
        }

        Assert.That(await ReadAsync(Blob, 0, Content.Length), Is.EqualTo(Content));
    }

    [Test]
    public async Task Keeps_a_chunk_far_behind_the_others()
    {
        const long Far = 5L * 1024 * 1024 * 1024;
        await Store.WriteChunkAsync(Blob, new ChunkRange(9, Far, 10), Sample.Body(Sample.Of(10)), _ => { }, None);
        await WriteAsync(0);
        Assert.That(await ReadAsync(Blob, Far, 10), Is.EqualTo(Sample.Of(10)));
        Assert.That(await ReadAsync(Blob, 0, Chunk), Is.EqualTo(Content[..Chunk]));
    }

    [Test]
    public async Task Takes_chunks_in_parallel()
    {
        var plan = ChunkPlan.For(Content.Length, 1000);
        await Parallel.ForAsync(0, plan.Count!.Value, None, async (index, ct) =>
        {
            var range = plan[index];
            var body = Sample.Body(Content[(int)range.Offset..(int)range.End], run: 333);
            await Store.WriteChunkAsync(Blob, range, body, _ => { }, ct);
        });
        Assert.That(await ReadAsync(Blob, 0, Content.Length), Is.EqualTo(Content));
    }

    [Test]
    public async Task Shows_every_byte_in_order_before_it_is_stored()
    {
        var seen = new ArrayBufferWriter<byte>();
        await WriteAsync(0);
        await Store.WriteChunkAsync(Blob, Range(1), Sample.Body(ChunkOf(1), run: 9999), bytes =>
        {
            foreach (var segment in bytes)
            {
                seen.Write(segment.Span);
            }
        }, None);
        Assert.That(seen.WrittenSpan.SequenceEqual(ChunkOf(1)));
    }

    [Test]
    public async Task Refuses_a_body_that_is_too_long_and_touches_no_neighbour([Values(1, 5000, Chunk)] int more)
    {
        await WriteAsync(0);
        await WriteAsync(2);
        byte[] body = [.. ChunkOf(1), .. new byte[more]];
        await Refusal.OfAsync(UploadErrorCode.ChunkLengthMismatch,
            () => Store.WriteChunkAsync(Blob, Range(1), Sample.Body(body), _ => { }, None));
        Assert.That(await ReadAsync(Blob, 2 * Chunk, Chunk), Is.EqualTo(ChunkOf(2)));
        Assert.That(await ReadAsync(Blob, 0, Chunk), Is.EqualTo(ChunkOf(0)));
    }

    [Test]
    public async Task Never_stores_a_byte_beyond_the_last_chunk()
    {
        await Refusal.OfAsync(UploadErrorCode.ChunkLengthMismatch, () => Store.WriteChunkAsync(
            Blob, new ChunkRange(0, 0, 10), Sample.Body(new byte[11], run: 3), _ => { }, None));
        await Assert.CatchAsync<IOException>(() => ReadAsync(Blob, 10, 1));
    }

    [Test]
    public async Task Refuses_a_body_that_is_too_short([Values(0, 1, Chunk - 1)] int length) =>
        await Refusal.OfAsync(UploadErrorCode.ChunkLengthMismatch, () => Store.WriteChunkAsync(
            Blob, Range(1), Sample.Body(ChunkOf(1)[..length]), _ => { }, None));

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(5 * Chunk)]
    public async Task Takes_a_body_of_unknown_length(int length)
    {
        var (bytes, seen) = (Sample.Of(length), 0L);
        var taken = await Store.WriteAsync(Blob, Sample.Body(bytes), length, run => seen += run.Length, None);
        Assert.That((taken, seen), Is.EqualTo(((long)length, (long)length)));
        await Store.CommitAsync(Blob, length, None);
        Assert.That(await ReadAsync(Blob, 0, length), Is.EqualTo(bytes));
    }

    [Test]
    public async Task Refuses_a_body_of_unknown_length_that_is_too_long_or_has_no_room()
    {
        await Refusal.OfAsync(UploadErrorCode.FileTooLarge,
            () => Store.WriteAsync(Blob, Sample.Body(new byte[Chunk + 1]), Chunk, _ => { }, None));
        await Refusal.OfAsync(UploadErrorCode.StorageFull,
            () => CreateStore(hasRoom: false).WriteAsync(Blob, Sample.Body(new byte[1]), Chunk, _ => { }, None));
    }

    [Test]
    public async Task Ends_when_the_body_breaks_or_is_cancelled()
    {
        var broken = new Pipe();
        await broken.Writer.WriteAsync(ChunkOf(0).AsMemory(0, 1000));
        await broken.Writer.CompleteAsync(new IOException("reset"));
        await Assert.ThrowsAsync<IOException>(
            () => Store.WriteChunkAsync(Blob, Range(0), broken.Reader, _ => { }, None));

        using var cancellation = new CancellationTokenSource();
        var writing = Store.WriteChunkAsync(Blob, Range(0), new Pipe().Reader, _ => { }, cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.CatchAsync<OperationCanceledException>(() => writing.WaitAsync(Until.Limit));
    }

    [Test]
    public async Task Refuses_a_chunk_that_there_is_no_room_for()
    {
        var store = CreateStore(hasRoom: false);
        Assert.That(store.FreeBytes, Is.Zero);
        await Refusal.OfAsync(UploadErrorCode.StorageFull,
            () => store.WriteChunkAsync(Blob, Range(0), Sample.Body(ChunkOf(0)), _ => { }, None));
        Assert.That(store.List(), Is.Empty);
    }

    [Test]
    public async Task Flushes_as_often_as_it_is_asked()
    {
        await WriteAsync(0);
        await Store.FlushAsync(Blob, None);
        await WriteAsync(1);
        await Store.FlushAsync(Blob, None);
        await Store.FlushAsync(Blob, None);
        Assert.That(await ReadAsync(Blob, 0, 2 * Chunk), Is.EqualTo(Content[..(2 * Chunk)]));
    }
}
