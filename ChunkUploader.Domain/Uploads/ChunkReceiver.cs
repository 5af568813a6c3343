using System.Buffers;
using ChunkUploader.Domain.Content;

namespace ChunkUploader.Domain.Uploads;

/// <summary>Takes chunks: bytes first, row second, so that a crash in between only makes the client send one again.</summary>
public sealed class ChunkReceiver(
    OpenUploads uploads, IUploadRepository repository, IBlobStore store, IDigestFollower follower)
{
    const long MaxLag = 64 * 1024 * 1024;
    static readonly TimeSpan MaxLagWait = TimeSpan.FromSeconds(2);

    /// <summary>Writes a chunk to its place, or compares it with what is there if it is in already.</summary>
    /// <exception cref="UploadException">The refusal; the stored bytes of received chunks are never touched.</exception>
    public async Task<ChunkReceipt> ReceiveAsync(
        Id<UploadSession> id, Owner owner, int index, ChunkBody body, CancellationToken ct)
    {
        using var lease = await uploads.AcquireAsync(id, owner, ct);
        var upload = lease.Upload;
        var range = upload.Session.Plan[index];
        using var writer = await upload.Gate.EnterAsync(index, ct);
        using var moving = CancellationTokenSource.CreateLinkedTokenSource(ct, writer.Aborted);
        try
        {
            if (range.Length == 0 || upload.Session.Received.Contains(index))
            {
                await CompareAsync(upload, range, body, writer, moving.Token);
            }
            else
            {
                await WriteAsync(upload, range, body, writer, moving.Token);
            }
        }
        catch (OperationCanceledException) when (writer.Aborted.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw ChunkGate.Busy();
        }

        var received = upload.Session.Received;
        return new ChunkReceipt(index, received.ReceivedCount, received.Count, received.Next);
    }

    async Task WriteAsync(
        OpenUpload upload, ChunkRange range, ChunkBody body, ChunkWriter writer, CancellationToken ct)
    {
        await WaitForDigestAsync(upload, range, ct);
        writer.ReportProgress();

        // Pieces that are not blocks are hashed only where the client wants them compared.
        var isAligned = range.Offset % Block.Size == 0;
        using var hasher = isAligned || body.Expected is not null
            ? new BlockHasher(body.Expected?.PieceLength ?? Block.Size)
            : null;
        await store.WriteChunkAsync(
            upload.Session.BlobId,
            range,
            body.Bytes,
            bytes =>
            {
                hasher?.Append(bytes);
                writer.ReportProgress();
            },
            ct);
        var digests = hasher?.Finish();
        var expected = body.Expected ?? await ReadLateDigestsAsync(body, ct);
        if (expected is not null)
        {
            digests ??= await HashStoredAsync(upload.Session.BlobId, range, ct);
            EnsureEqual(expected, digests);
        }

        // From here on nothing is cancelled: a client that hangs up loses nothing that arrived.
        var blocks = expected is null or { PieceLength: Block.Size } ? digests ?? [] : [];
        var chunk = new ReceivedChunk(range, isAligned ? blocks : []);
        await repository.MarkReceivedAsync(upload.Session.Id, chunk, upload.NextExpiry, CancellationToken.None);
        upload.Session.Prolong(upload.NextExpiry);
        upload.Digest.Blocks.SetFromChunk(
            range.Offset, range.Length, [.. chunk.Digests], upload.Session.Plan.Size);
        upload.Session.Received.Add(range.Index);
        Follow(upload);
    }

    /// <summary>A chunk that comes again must be the same; so must be what a file of no bytes is said to have.</summary>
    async Task CompareAsync(
        OpenUpload upload, ChunkRange range, ChunkBody body, ChunkWriter writer, CancellationToken ct)
    {
        using var hasher = new BlockHasher(body.Expected?.PieceLength ?? Block.Size);
        var isEqual = await store.ChunkEqualsAsync(
            upload.Session.BlobId,
            range,
            body.Bytes,
            bytes =>
            {
                hasher.Append(bytes);
                writer.ReportProgress();
            },
            ct);

        // Bytes that were damaged on their way are not other bytes: they may be sent again.
        if ((body.Expected ?? await ReadLateDigestsAsync(body, ct)) is { } expected)
        {
            EnsureEqual(expected, range.Length == 0 ? [Sha256Digest.Of([])] : hasher.Finish());
        }

        if (!isEqual)
        {
            throw new UploadException(
                UploadErrorCode.ChunkDiffers, $"Chunk {range.Index} is in already, with other bytes.");
        }
    }

    /// <summary>
    /// Slows a sender down that is far ahead of the MD5, so that completing stays short; but never for long, and never the
    /// chunk that the MD5 itself is waiting for.
    /// </summary>
    static async Task WaitForDigestAsync(OpenUpload upload, ChunkRange range, CancellationToken ct)
    {
        var digest = upload.Digest;
        if (digest.Lag <= MaxLag || upload.Session.Received.Next == range.Index)
        {
            return;
        }

        var caughtUp = digest.ReachedAsync(digest.Available - MaxLag).WaitAsync(MaxLagWait, upload.Time, ct);
        await caughtUp.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ct.ThrowIfCancellationRequested();
    }

    static async Task<ExpectedDigests?> ReadLateDigestsAsync(ChunkBody body, CancellationToken ct) =>
        body.ReadLateDigestsAsync is { } read ? await read(ct) : null;

    async Task<Sha256Digest[]> HashStoredAsync(Id<Blob> blob, ChunkRange range, CancellationToken ct)
    {
        using var hasher = new BlockHasher();
        await store.ReadAsync(blob, range.Offset, range.Length, hasher.Append, ct);
        return hasher.Finish();
    }

    static void EnsureEqual(ExpectedDigests expected, Sha256Digest[] digests)
    {
        if (!expected.Pieces.SequenceEqual(digests))
        {
            throw new UploadException(
                UploadErrorCode.ChunkDigestMismatch, "The chunk's SHA-256 digest is not the announced one: send it again.");
        }
    }

    void Follow(OpenUpload upload)
    {
        if (upload.Digest.Advance(upload.Session.Prefix, upload.Session.Plan.Size))
        {
            follower.Follow(upload.Digest);
        }
    }
}
