using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Completion;
using ChunkUploader.Domain.Hashing;

namespace ChunkUploader.Domain.Sessions;

/// <summary>Beginning, resuming, completing and cancelling uploads. Chunks go to <see cref="ChunkReceiver"/>.</summary>
public sealed class UploadService(
    ActiveUploads uploads,
    IUploadRepository repository,
    InstantUpload instant,
    UploadCompletion completion,
    IKeyedLock keyedLock)
{
    /// <summary>Begins a session, or resumes the open one of this owner for the same file.</summary>
    /// <param name="plan">For a new session; a resumed one keeps its own.</param>
    /// <exception cref="UploadException">The file is refused.</exception>
    public async Task<UploadStatus> BeginAsync(
        FileDescription file, Owner owner, ChunkPlan plan, CancellationToken ct)
    {
        var isNew = false;
        var lease = await keyedLock.RunExclusiveAsync( // two begins of one file at the same moment find one session
            $"begin {owner.Key} {file.Size} {file.FileName}",
            async () =>
            {
                var found = owner.IsStable ? await FindAsync(file, owner, ct) : null;
                isNew = found is null;
                return found ?? await uploads.BeginAsync(file, owner, plan, ct);
            },
            ct);
        using (lease)
        {
            var session = lease.Upload.Session;
            var candidate = await instant.IsCandidateAsync(file, owner, session.Id, ct);
            await lease.Upload.RunExclusiveAsync(owner, async () =>
            {
                await lease.Upload.SaveAsync(
                    changed =>
                    {
                        changed.Prolong(lease.Upload.NextExpiry);
                        return changed.SetDeclaredDigests(file.Md5, file.ContentHash, file.FirstBlock) || !isNew;
                    },
                    ct);
                await instant.OfferAsync(lease.Upload, owner, ct);
            }, ct);
            if (session.Plan.Size == 0)
            {
                return await CompleteNewAsync(session.Id, owner, file.Md5, file.ContentHash, ct);
            }

            return (await StatusOfAsync(lease.Upload, ct)) with { IsNew = isNew, Candidate = candidate };
        }
    }

    /// <exception cref="UploadException"><see cref="UploadErrorCode.UploadNotFound"/>.</exception>
    public async Task<UploadStatus> GetAsync(Id<UploadSession> id, Owner owner, CancellationToken ct)
    {
        using var lease = await uploads.AcquireAsync(id, owner, ct);
        return await StatusOfAsync(lease.Upload, ct);
    }

    /// <summary>The owner's open sessions, newest first; none for an owner who is only guessed.</summary>
    public async Task<IReadOnlyList<UploadStatus>> ListAsync(Owner owner, CancellationToken ct) =>
        owner.IsStable
            ? [.. (await repository.ListReceivingAsync(owner.Key, ct))
                .Select(s => new UploadStatus(s, false, null, null))]
            : [];

    /// <summary>
    /// Takes the digests that the client has found out while it was sending; may offer an instant upload.
    /// </summary>
    public async Task<UploadStatus> TellDigestsAsync(
        Id<UploadSession> id, Owner owner, Md5Digest md5, ContentHash contentHash, CancellationToken ct)
    {
        using var lease = await uploads.AcquireAsync(id, owner, ct);
        var upload = lease.Upload;
        await upload.RunExclusiveAsync(owner, async () =>
        {
            await upload.SaveAsync(session => session.SetDeclaredDigests(md5, contentHash), ct);
            await instant.OfferAsync(upload, owner, ct);
        }, ct);
        return await StatusOfAsync(upload, ct);
    }

    /// <summary>Takes the answer to an offer; if it is wrong the upload goes on.</summary>
    public async Task<UploadStatus> ProveAsync(
        Id<UploadSession> id, Owner owner, Sha256Digest answer, CancellationToken ct)
    {
        using var lease = await uploads.AcquireAsync(id, owner, ct);
        var result = ProofResult.NotJudged;
        await lease.Upload.RunExclusiveAsync(
            owner, async () => result = await instant.ProveAsync(lease.Upload, answer, ct), ct);
        return (await StatusOfAsync(lease.Upload, ct)) with { IsWrongProof = result == ProofResult.Wrong };
    }

    /// <summary>Completes a session; asking again gives the same answer.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunksMissing"/>,
    /// <see cref="UploadErrorCode.DigestMismatch"/>, <see cref="UploadErrorCode.UploadNotFound"/>.</exception>
    public async Task<UploadStatus> CompleteAsync(
        Id<UploadSession> id, Owner owner, Md5Digest? md5, ContentHash? contentHash, CancellationToken ct)
    {
        try
        {
            return await TryCompleteAsync(id, owner, md5, contentHash, ct);
        }
        catch (UploadException refusal) when (refusal.Code == UploadErrorCode.BytesLost)
        {
            // Loaded anew, it tells which chunks are missing.
            return await TryCompleteAsync(id, owner, md5, contentHash, ct);
        }
    }

    async Task<UploadStatus> TryCompleteAsync(
        Id<UploadSession> id, Owner owner, Md5Digest? md5, ContentHash? contentHash, CancellationToken ct)
    {
        using var lease = await uploads.AcquireAsync(id, owner, ct);
        var file = await completion.CompleteAsync(
            lease.Upload, md5, contentHash, async () => await uploads.AcquireAsync(id, CancellationToken.None), ct);
        return file is null ? await StatusOfAsync(lease.Upload, ct) : StatusOf(lease.Upload, file);
    }

    /// <summary>Completes a session that its owner has not been told of yet; if it is refused, it is ended.</summary>
    async Task<UploadStatus> CompleteNewAsync(
        Id<UploadSession> id, Owner owner, Md5Digest? md5, ContentHash? contentHash, CancellationToken ct)
    {
        try
        {
            return await CompleteAsync(id, owner, md5, contentHash, ct);
        }
        catch
        {
            await AbandonAsync(id, owner);
            throw;
        }
    }

    /// <summary>Ends a session that its owner will never hear of, for another reason that is to be told.</summary>
    async Task AbandonAsync(Id<UploadSession> id, Owner owner)
    {
        try
        {
            await CancelAsync(id, owner, CancellationToken.None);
        }
        catch (UploadException)
        {
            // It has ended, or it is being completed.
        }
    }

    /// <summary>Ends a session and removes its part. A file that it has published stays.</summary>
    public async Task CancelAsync(Id<UploadSession> id, Owner owner, CancellationToken ct)
    {
        using var lease = await uploads.AcquireAsync(id, owner, ct);
        await lease.Upload.RunExclusiveAsync(owner, () => EndAsync(lease.Upload), ct);
    }

    /// <summary>Ends a session that has expired, unless something has arrived since, or it can be published.</summary>
    public async Task ExpireAsync(Id<UploadSession> id, CancellationToken ct)
    {
        using var lease = await uploads.AcquireAsync(id, ct);
        var upload = lease.Upload;
        await upload.RunExclusiveAsync(
            async () =>
            {
                bool IsDue() => upload.Session.ExpiresAt <= upload.Now && !upload.IsCompletionRunning;
                if (IsDue() && !await TryPublishAsync(upload))
                {
                    await uploads.EndAsync(upload, IsDue);
                }
            },
            ct);
    }

    /// <summary>What a crash left verified gets its name even now; what still can't is not kept for ever.</summary>
    async Task<bool> TryPublishAsync(ActiveUpload upload)
    {
        if (upload.Session.State != UploadState.Completing)
        {
            return false;
        }

        try
        {
            await completion.PublishAsync(upload, CancellationToken.None);
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }

    Task EndAsync(ActiveUpload upload) => upload.IsCompletionRunning && upload.Session.State != UploadState.Completed
        ? throw new UploadException(UploadErrorCode.SessionConflict, "The upload is being completed.")
        : uploads.EndAsync(upload);

    async Task<UploadLease?> FindAsync(FileDescription file, Owner owner, CancellationToken ct)
    {
        foreach (var session in await repository.ListReceivingAsync(owner.Key, file.FileName, file.Size!.Value, ct))
        {
            if (!session.Matches(file))
            {
                continue;
            }

            try
            {
                var lease = await uploads.AcquireAsync(session.Id, ct);
                if (lease.Upload.Session.Matches(file) && !lease.Upload.IsCompleting)
                {
                    return lease;
                }

                lease.Dispose();
            }
            catch (UploadException)
            {
                // It ended between the two looks.
            }
        }

        return null;
    }

    internal async Task<UploadStatus> StatusOfAsync(ActiveUpload upload, CancellationToken ct) =>
        StatusOf(upload, await completion.FindFileAsync(upload.Session, ct));

    static UploadStatus StatusOf(ActiveUpload upload, StoredFile? file) =>
        new(upload.Session, upload.IsCompleting, upload.Session.PendingChallenge(upload.Now), file);
}
