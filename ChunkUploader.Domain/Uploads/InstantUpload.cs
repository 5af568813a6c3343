using ChunkUploader.Domain.Content;
using ChunkUploader.Domain.Files;

namespace ChunkUploader.Domain.Uploads;

/// <summary>Finds the bytes that are there already, and gives them only to those who show that they have them too.</summary>
public sealed class InstantUpload(
    IStoredFileRepository files, IUploadRepository uploads, IBlobStore store, UploadPolicy policy)
{
    /// <summary>
    /// Whether hashing the file before sending it is worth it. Null where the client has said nothing to tell it by, or
    /// knows its digests already.
    /// </summary>
    public async Task<bool?> IsCandidateAsync(FileDescription file, Owner owner, CancellationToken ct) =>
        file.FirstBlock is not { } firstBlock || file.Md5 is not null
            ? null
            : policy.InstantScope != InstantScope.Off
                && await files.HasBlobAsync(file.Size, firstBlock, Within(owner), ct);

    /// <summary>Offers an instant upload where a blob has all of the session's digests. The caller has the turn.</summary>
    public async Task OfferAsync(OpenUpload upload, Owner owner, CancellationToken ct)
    {
        var session = upload.Session;
        if (policy.InstantScope == InstantScope.Off
            || session is not { State: UploadState.Receiving, Md5: { } md5, ContentHash: { } hash, Plan.Size: { } size })
        {
            return;
        }

        if (await files.FindBlobAsync(md5, hash, size, Within(owner), ct) is { } blob)
        {
            session.Offer(PossessionChallenge.New(blob, upload.Now));
            await uploads.UpdateAsync(session, ct);
        }
    }

    /// <summary>Takes the one answer to an offer. The caller has the turn.</summary>
    /// <returns>The file; null if the answer is wrong or there is no offer any more: the upload goes on.</returns>
    public async Task<StoredFile?> ProveAsync(OpenUpload upload, Sha256Digest answer, CancellationToken ct)
    {
        var session = upload.Session;
        if (upload.IsCompleting)
        {
            return null; // every byte has been sent: the file comes that way
        }

        var challenge = session.TakeChallenge(upload.Now);
        if (challenge is null)
        {
            return null;
        }

        // Saved before the answer is judged: it was the only one, whatever happens.
        await uploads.UpdateAsync(session, ct);
        if (!await IsProvenAsync(challenge, answer, ct))
        {
            return null;
        }

        var part = session.BlobId;
        var file = UploadCompletion.FileOf(upload, challenge.Blob, instant: true);
        if (!await uploads.PublishAsync(session, file, null, CancellationToken.None))
        {
            return null;
        }

        // The writers leave first: from here on the session's blob is the published one, which must never be written to.
        await upload.Gate.CloseAsync();
        session.MarkCompleted(file);
        await store.DeleteAsync(part, CancellationToken.None);
        return file;
    }

    async Task<bool> IsProvenAsync(PossessionChallenge challenge, Sha256Digest answer, CancellationToken ct)
    {
        try
        {
            return await challenge.IsProvenByAsync(answer, store, ct);
        }
        catch (IOException)
        {
            // The blob was deleted since the offer: no bytes, no proof.
            return false;
        }
    }

    string? Within(Owner owner) => policy.InstantScope == InstantScope.Owner ? owner.Key : null;
}
