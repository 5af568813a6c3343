using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Completion;
using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Domain.Clients;

/// <summary>
/// Completes uploads whose clients never ask again: so it goes on when they hang up, and cleans up after itself.
/// </summary>
public sealed class ClientCompletion(UploadService service, TimeProvider time)
{
    /// <summary>As long as proxies wait.</summary>
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(50);

    /// <param name="index">The chunk that came last; null where a client has said that all are in.</param>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunksMissing"/>,
    /// <see cref="UploadErrorCode.SessionConflict"/>, <see cref="UploadErrorCode.DigestMismatch"/>: nothing is left of
    /// the upload.</exception>
    public async Task<ClientReceipt> CompleteAsync(
        ActiveUpload upload, int? index, Owner owner, CancellationToken ct)
    {
        // Chunks that come again may be about to show that two files have met.
        await upload.ChunkLocks.WaitForAllAsync();
        var session = upload.Session;
        var outcome = FinishAsync(session.Id, owner);
        await ((Task)outcome).WaitAsync(Timeout, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ct.ThrowIfCancellationRequested();
        return outcome.IsCompleted
            ? ClientReceipt.Completed(session, index, (await outcome).File)
            : ClientReceipt.Completed(session, index, null) with { IsCompleting = true };
    }

    /// <summary>The answer again.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.FileNotFound"/>: it was deleted since.</exception>
    public async Task<ClientReceipt> FindAsync(UploadSession completed, Owner owner, CancellationToken ct)
    {
        var status = await service.GetAsync(completed.Id, owner, ct);
        return ClientReceipt.Completed(
            completed,
            null,
            status.File ?? throw UploadCompletion.FileDeleted());
    }

    async Task<UploadStatus> FinishAsync(Id<UploadSession> id, Owner owner)
    {
        try
        {
            UploadStatus status;
            do
            {
                status = await service.CompleteAsync(id, owner, null, null, CancellationToken.None);
            }
            while (status.Session.State != UploadState.Completed);
            return status;
        }
        catch (UploadException refusal) when (refusal.Code == UploadErrorCode.DigestMismatch)
        {
            await DropAsync(id, owner);
            throw;
        }
    }

    /// <summary>Ends an upload that is not to be published.</summary>
    public async Task DropAsync(Id<UploadSession> id, Owner owner)
    {
        try
        {
            await service.CancelAsync(id, owner, CancellationToken.None);
        }
        catch (UploadException)
        {
            // Somebody else has ended it, or is completing it once more and will.
        }
    }
}
