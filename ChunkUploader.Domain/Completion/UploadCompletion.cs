using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Domain.Completion;

/// <summary>
/// Finalizes an upload: turns a session whose chunks are all in into a stored file. Nothing is stitched: verify, flush,
/// rename, one transaction. Every step can be repeated, so a crash in between costs nothing.
/// </summary>
public sealed class UploadCompletion(
    IStoredFileRepository files,
    IPartStore partStore,
    IBlobStore blobStore,
    BlobIntegrity integrity,
    PossessionClaims claims,
    IBackgroundHasher backgroundHasher)
{
    const int MaxMissingRanges = 100;
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    readonly UploadVerification _verification = new(partStore, backgroundHasher);

    /// <summary>Completes the upload, or joins a completion that is under way; may be repeated.</summary>
    /// <param name="keep">A lease of its own: the completion goes on if the client hangs up.</param>
    /// <returns>The file; null while verifying takes longer than 10 s: ask again.</returns>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunksMissing"/>,
    /// <see cref="UploadErrorCode.DigestMismatch"/>.</exception>
    public async Task<StoredFile?> CompleteAsync(
        ActiveUpload upload, Md5Digest? md5, ContentHash? contentHash, Func<Task<IDisposable>> keep, CancellationToken ct)
    {
        var completion = upload.Completion;
        await upload.RunExclusiveAsync(
            async () => completion = upload.IsCompletionRunning
                ? upload.Completion
                : await StartAsync(upload, md5, contentHash, keep, ct),
            ct);
        await ((Task)completion!)
            .WaitAsync(Timeout, upload.Time, ct)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ct.ThrowIfCancellationRequested();
        if (!completion.IsCompleted)
        {
            return null;
        }

        var file = await completion;
        UploadVerification.EnsureEqual(md5, contentHash, file.Blob!.Md5, file.Blob.ContentHash);
        return file;
    }

    /// <summary>The file of a completed session; null if it was deleted since.</summary>
    public async Task<StoredFile?> FindFileAsync(UploadSession session, CancellationToken ct) =>
        session.FileId is { } id ? await files.FindAsync(id, ct) : null;

    /// <summary>Finishes what a crash left verified but not published.</summary>
    public async Task<StoredFile> PublishAsync(ActiveUpload upload, CancellationToken ct)
    {
        var session = upload.Session;
        await upload.WatchAsync(() => partStore.CommitAsync(session.BlobId, session.Plan.Size!.Value, ct));
        var blob = CatalogEntry.BlobOf(session, upload.Now);
        await integrity.RepairAsync(blob);
        var entry = CatalogEntry.FileOf(session, blob.Id, instant: false, upload.Now);
        var file = await upload.PublishAsync(entry, blob) ?? throw UploadException.NotFound();
        session.MarkCompleted(file);
        claims.Redeem(session.Id);
        await CatalogEntry.SettleAsync(blobStore, blob.Id, file.BlobId, ct);
        return file;
    }

    async Task<Task<StoredFile>> StartAsync(
        ActiveUpload upload, Md5Digest? md5, ContentHash? contentHash, Func<Task<IDisposable>> keep, CancellationToken ct)
    {
        var session = upload.Session;
        if (session.State == UploadState.Receiving)
        {
            upload.ThrowIfConflicting();
        }

        if (session.State is UploadState.Receiving or UploadState.Completing)
        {
            EnsureAllReceived(session);
            await upload.SaveAsync(changed => changed.SetDeclaredDigests(md5, contentHash), ct);
        }

        var lease = await keep();
        return upload.Completion = Task.Run(
            async () =>
            {
                using (lease)
                {
                    return await RunAsync(upload);
                }
            },
            CancellationToken.None);
    }

    async Task<StoredFile> RunAsync(ActiveUpload upload)
    {
        var session = upload.Session;
        if (session.State == UploadState.Receiving)
        {
            await upload.WatchAsync(() => _verification.VerifyAsync(upload));
        }

        return session.State == UploadState.Completing
            ? await PublishAsync(upload, CancellationToken.None)
            : await FindFileAsync(session, CancellationToken.None) ?? throw FileDeleted();
    }

    public static UploadException FileDeleted() =>
        new(UploadErrorCode.FileNotFound, "The file was deleted since it was completed.");

    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunksMissing"/>.</exception>
    public static void EnsureAllReceived(UploadSession session)
    {
        if (session.Plan.IsOpen || !session.Received.IsComplete)
        {
            throw new UploadException(
                UploadErrorCode.ChunksMissing,
                $"Of {session.Received.Count} chunks only {session.Received.ReceivedCount} are in.")
            {
                Missing = session.Received.Missing(MaxMissingRanges),
            };
        }
    }
}
