using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Domain.Clients;

/// <summary>What the chunks of an open plan tell, kept as soon as it is known.</summary>
public sealed class ClientPlans(UploadPolicy policy)
{
    /// <summary>Takes what a chunk's length tells.</summary>
    /// <param name="body">Staged where the chunk's place is not known; its digests are verified first, as a damaged
    /// chunk tells nothing.</param>
    /// <returns>False if the chunk's place is not known all the same.</returns>
    /// <exception cref="UploadException">The length contradicts what is known; the chunk is damaged; the file is too
    /// large.</exception>
    public async Task<bool> LearnAsync(ActiveUpload upload, int index, ChunkBody body, CancellationToken ct)
    {
        var session = upload.Session;
        if (session.Plan.Locate(index) is not null)
        {
            return true;
        }

        // It was known when the chunk was not staged: its session has ended since.
        if (body is not { Length: { } length, Reopen: not null })
        {
            throw ChunkLocks.Busy();
        }

        await body.VerifyAsync(ct);
        await upload.RunExclusiveAsync(() => LearnLockedAsync(upload, session.Plan.Learn(index, length)), ct);
        return session.Plan.Locate(index) is not null;
    }

    /// <summary>Keeps a plan that knows more. The caller has the turn.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.FileTooLarge"/>.</exception>
    public Task LearnLockedAsync(ActiveUpload upload, ChunkPlan plan) =>
        upload.SaveAsync(
            session =>
            {
                if (plan == session.Plan)
                {
                    return false;
                }

                EnsureAllowed(plan.MinSize);
                session.Learn(plan);
                return true;
            },
            CancellationToken.None);

    /// <exception cref="UploadException"><see cref="UploadErrorCode.FileTooLarge"/>.</exception>
    public void EnsureAllowed(long size) => policy.EnsureAllowed(size);
}
