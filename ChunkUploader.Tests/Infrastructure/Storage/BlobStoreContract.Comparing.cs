using ChunkUploader.Domain;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Infrastructure.Storage;

public abstract partial class BlobStoreContract
{
    [Test]
    public async Task Finds_a_chunk_equal_to_what_is_stored()
    {
        await WriteAsync(1);
        var seen = 0L;
        Assert.That(await Store.ChunkEqualsAsync(
            Blob, Range(1), Sample.Body(ChunkOf(1), run: 7777), bytes => seen += bytes.Length, None), Is.True);
        Assert.That(seen, Is.EqualTo(Chunk));
    }

    [Test]
    public async Task Finds_a_chunk_different_in_any_byte_and_leaves_what_is_stored(
        [Values(0, 50_000, Chunk - 1)] int at)
    {
        await WriteAsync(1);
        var other = ChunkOf(1);
        other[at] ^= 1;
        var seen = 0L;
        Assert.That(await Store.ChunkEqualsAsync(
            Blob, Range(1), Sample.Body(other), bytes => seen += bytes.Length, None), Is.False);
        Assert.That(seen, Is.EqualTo(Chunk), "the body is read to its end");
        Assert.That(await ReadAsync(Blob, Chunk, Chunk), Is.EqualTo(ChunkOf(1)));
    }

    [Test]
    public async Task Refuses_to_compare_a_body_of_another_length([Values(Chunk - 1, Chunk + 1)] int length)
    {
        await WriteAsync(1);
        byte[] body = [.. ChunkOf(1), 0];
        await Refusal.OfAsync(UploadErrorCode.ChunkLengthMismatch, () => Store.ChunkEqualsAsync(
            Blob, Range(1), Sample.Body(body[..length]), _ => { }, None));
    }

    [Test]
    public async Task Compares_with_a_blob_too()
    {
        await CommitAsync();
        Assert.That(await Store.ChunkEqualsAsync(Blob, Range(3), Sample.Body(ChunkOf(3)), _ => { }, None), Is.True);
        Assert.That(await Store.ChunkEqualsAsync(Blob, Range(3), Sample.Body(new byte[17]), _ => { }, None), Is.False);
    }

    [Test]
    public async Task An_empty_chunk_needs_nothing_stored()
    {
        var empty = new ChunkRange(0, 0, 0);
        Assert.That(await Store.ChunkEqualsAsync(Blob, empty, Sample.Body([]), _ => { }, None), Is.True);
        await Refusal.OfAsync(UploadErrorCode.ChunkLengthMismatch,
            () => Store.ChunkEqualsAsync(Blob, empty, Sample.Body([1]), _ => { }, None));
    }
}
