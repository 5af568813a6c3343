namespace ChunkUploader.Domain.Sessions;

/// <summary>Carries an unfinished upload to another device or browser: who has its resume link becomes its owner.
/// </summary>
public sealed class OwnershipTransfer(
    ActiveUploads uploads, UploadService service, ResumeLinkSecrets secrets)
{
    /// <summary>
    /// Makes the caller the session's owner, unless it is that already. What ends or has ended is answered as it is, and
    /// stays its owner's.
    /// </summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.UploadNotFound"/>: there is no such session, or the
    /// secret is not that of its owner; <see cref="UploadErrorCode.UploadTakenOver"/>: it was that while it was the
    /// caller's; <see cref="UploadErrorCode.TooManyUploads"/>; <see cref="UploadErrorCode.InvalidInput"/>: the caller
    /// is only guessed.</exception>
    public async Task<UploadStatus> TakeAsync(
        Id<UploadSession> id, string? secret, Owner owner, CancellationToken ct)
    {
        using var lease = await uploads.AcquireAsync(id, ct);
        var upload = lease.Upload;
        await upload.RunExclusiveAsync(
            async () =>
            {
                if (upload.Session.Owner != owner.Key)
                {
                    EnsureMayTake(upload.Session, secret, owner);
                    if (upload is { IsCompleting: false, Session.State: UploadState.Receiving })
                    {
                        await GiveAsync(upload, owner, ct);
                    }
                }
            },
            ct);
        return await service.StatusOfAsync(upload, ct);
    }

    void EnsureMayTake(UploadSession session, string? secret, Owner owner)
    {
        if (session.Client is not null || !secrets.IsOf(secret, session.Id, session.Owner))
        {
            // Who had it before asks with the secret of that time.
            throw secrets.IsOf(secret, session.Id, owner.Key)
                ? new UploadException(UploadErrorCode.UploadTakenOver, "The upload goes on on another device.")
                : UploadException.NotFound();
        }

        if (!owner.IsStable)
        {
            throw new UploadException(
                UploadErrorCode.InvalidInput,
                "An upload goes to a visitor with a cookie, or to a script with an X-Upload-Owner.");
        }
    }

    async Task GiveAsync(ActiveUpload upload, Owner owner, CancellationToken ct)
    {
        await uploads.EnsureMayOpenAsync(owner, ct);
        await upload.SaveAsync(
            session =>
            {
                session.TakeChallenge(); // offered to the one who had it
                session.Prolong(upload.NextExpiry);
                session.TransferOwnership(owner);
                return true;
            },
            CancellationToken.None);
        uploads.Room.Reserve(upload.Session);
    }
}
