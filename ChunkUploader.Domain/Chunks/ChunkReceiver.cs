using System.Buffers;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Domain.Chunks;

/// <summary>
/// Takes chunks: bytes first, row second, so that a crash in between only makes the client send one again.
/// </summary>
public sealed class ChunkReceiver(
    ActiveUploads uploads, IUploadRepository repository, IPartStore partStore, IBackgroundHasher backgroundHasher)
{
    const long MaxLag = 64 * 1024 * 1024;
    static readonly TimeSpan MaxLagWait = TimeSpan.FromSeconds(2);

    /// <summary>Writes a chunk to its place, or compares it with what is there if it is in already.</summary>
    /// <exception cref="UploadException">The refusal; the stored bytes of received chunks are never
    /// touched.</exception>
    public async Task<ChunkReceipt> ReceiveAsync(
        Id<UploadSession> id, Owner owner, int index, ChunkBody body, CancellationToken ct)
    {
        using var lease = await uploads.AcquireAsync(id, owner, ct);
        return await ReceiveAsync(lease.Upload, index, body, ct);
    }

    /// <summary>The same where the caller has a lease of the upload.</summary>
    /// <inheritdoc cref="ReceiveAsync(Id{UploadSession}, Owner, int, ChunkBody, CancellationToken)" path="/exception"/>
    public async Task<ChunkReceipt> ReceiveAsync(ActiveUpload upload, int index, ChunkBody body, CancellationToken ct)
    {
        var range = upload.Session.Plan[index];
        using var writer = await upload.ChunkLocks.AcquireAsync(index, ct);
        using var moving = CancellationTokenSource.CreateLinkedTokenSource(ct, writer.Aborted);
        var isRepeat = upload.Session.Received.Contains(index);
        try
        {
            if (isRepeat || range.Length == 0)
            {
                await upload.WatchAsync(() => CompareAsync(upload, range, body, writer, moving.Token));
            }
            else
            {
                await upload.WatchAsync(() => WriteAsync(upload, range, body, writer, moving.Token));
            }
        }
        catch (OperationCanceledException) when (writer.Aborted.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw ChunkLocks.Busy();
        }

        var received = upload.Session.Received;
        return new ChunkReceipt(index, received.ReceivedCount, received.Count, received.Next) { IsRepeat = isRepeat };
    }

    async Task WriteAsync(
        ActiveUpload upload, ChunkRange range, ChunkBody body, ChunkLock writer, CancellationToken ct)
    {
        body.EnsureMayFill(range);
        await WaitForDigestAsync(upload, range, ct);
        using var room = uploads.Room.Claim(upload.Session, range.Length);
        writer.ReportProgress();

        using var hasher = new ChunkHasher(body.Expected);
        var part = await partStore.WriteChunkAsync(upload.Session.BlobId, range, body.Bytes, Observe(hasher, writer), ct);
        await hasher.FinishAsync(body, ct);

        // From here on nothing is cancelled: a client that hangs up loses nothing that arrived.
        var expiresAt = upload.MarkArrival(part);
        var chunk = new ReceivedChunk(range, hasher.Blocks) { Part = part };
        var hashed = upload.UnsavedProgress;
        await repository.MarkReceivedAsync(
            upload.Session.Id, chunk, expiresAt, hashed, CancellationToken.None);
        if (hashed is not null)
        {
            upload.MarkSaved(hashed);
        }

        upload.Hasher.Blocks.SetFromChunk(range.Offset, range.Length, hasher.Blocks, upload.Session.Plan.Size);
        upload.Session.Received.Add(range.Index);
        Follow(upload);
    }

    /// <summary>
    /// Makes sending a chunk twice idempotent: it is compared, never written again, and must be the same (of files that are
    /// complete, see <see cref="Clients.RepeatedChunks"/>). So must be what a file of no bytes is said to have.
    /// </summary>
    async Task CompareAsync(
        ActiveUpload upload, ChunkRange range, ChunkBody body, ChunkLock writer, CancellationToken ct)
    {
        using var hasher = new ChunkHasher(body.Expected);
        bool isEqual;
        try
        {
            isEqual = await partStore.ChunkEqualsAsync(
                upload.Session.BlobId, range, body.Bytes, Observe(hasher, writer), ct);
        }
        catch (UploadException refusal) when (
            refusal.Code == UploadErrorCode.ChunkLengthMismatch && range.Length > 0)
        {
            upload.MarkConflicting();
            throw;
        }

        // Bytes that were damaged on their way are not other bytes: they may be sent again.
        if (isEqual || !ct.IsCancellationRequested)
        {
            await hasher.FinishAsync(body, ct);
        }

        if (!isEqual)
        {
            upload.MarkConflicting();
            throw new UploadException(
                UploadErrorCode.ChunkDiffers, $"Chunk {range.Index} is in already, with other bytes.");
        }
    }

    /// <summary>
    /// Slows a sender down that is far ahead of the MD5, so that completing stays short; but never for long, and never
    /// the chunk that the MD5 itself is waiting for.
    /// </summary>
    static async Task WaitForDigestAsync(ActiveUpload upload, ChunkRange range, CancellationToken ct)
    {
        var hasher = upload.Hasher;
        if (hasher.Lag <= MaxLag || upload.Session.Received.Next == range.Index)
        {
            return;
        }

        var caughtUp = hasher.ReachedAsync(hasher.Available - MaxLag).WaitAsync(MaxLagWait, upload.Time, ct);
        await caughtUp.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ct.ThrowIfCancellationRequested();
    }

    static Action<ReadOnlySequence<byte>> Observe(ChunkHasher hasher, ChunkLock writer) => bytes =>
    {
        hasher.Append(bytes);
        writer.ReportProgress();
    };

    void Follow(ActiveUpload upload)
    {
        if (upload.Hasher.Advance(upload.Session.Prefix, upload.Session.Plan.Size))
        {
            backgroundHasher.Follow(upload.Hasher);
        }
    }
}
