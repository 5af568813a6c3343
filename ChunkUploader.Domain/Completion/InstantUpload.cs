using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Domain.Completion;

/// <summary>
/// Finds the bytes that are there already, and gives them only to those who show that they have them too. Small files of
/// others are not found at all: who knows a letter but for its four-digit number could try them all.
/// </summary>
public sealed class InstantUpload(
    IStoredFileRepository files,
    IPartStore partStore,
    IBlobStore blobStore,
    BlobIntegrity integrity,
    PossessionClaims claims,
    UploadPolicy policy)
{
    /// <summary>In bytes. Across owners nothing is told of files up to this size.</summary>
    public const long SmallSize = Block.Size;

    /// <summary>After so many damaged ones, a file is sent without hashing it first.</summary>
    const int MaxCandidates = 16;

    /// <summary>
    /// Whether hashing the file before sending it is worth it. Null where the client has said nothing to tell it by, or
    /// knows its digests already.
    /// </summary>
    /// <param name="session">The one that asks.</param>
    public async Task<bool?> IsCandidateAsync(
        FileDescription file, Owner owner, Id<UploadSession> session, CancellationToken ct) =>
        file is not { FirstBlock: { } firstBlock, Size: { } size, Md5: null }
            ? null
            : MayLook(owner, size, () => claims.TryMake(ClaimKind.FirstBlock, owner, session, firstBlock), out var within)
                && await HasIntactBlobAsync(size, firstBlock, within, ct);

    /// <summary>
    /// Offers an instant upload where a blob has all of the session's digests. The caller holds the session's lock.
    /// </summary>
    public async Task OfferAsync(ActiveUpload upload, Owner owner, CancellationToken ct)
    {
        var session = upload.Session;
        if (session is not
            {
                State: UploadState.Receiving,
                Md5: { } md5,
                ContentHash: { } hash,
                Plan.Size: { } size,
            })
        {
            return;
        }

        if (session.PendingChallenge(upload.Now) is null
            && MayLook(owner, size, () => claims.TryMake(ClaimKind.Content, owner, session.Id, hash.Value), out var within)
            && await files.FindBlobAsync(md5, hash, size, within, ct) is { } blob
            && await integrity.CheckAsync(blob))
        {
            var challenge = PossessionChallenge.New(blob, owner.Address, upload.Now);
            await upload.SaveAsync(
                changed =>
                {
                    changed.Offer(challenge);
                    return true;
                },
                ct);
        }
    }

    /// <summary>
    /// Takes the one answer to an offer; unless it is right, the upload goes on. The caller holds the session's lock.
    /// </summary>
    public async Task<ProofResult> ProveAsync(ActiveUpload upload, Sha256Digest answer, CancellationToken ct)
    {
        // Once every byte has been sent, the file comes that way.
        if (upload.IsCompleting || upload.Session.PendingChallenge(upload.Now) is not { } challenge)
        {
            return ProofResult.NotJudged;
        }

        // Saved before the answer is judged: it was the only one, whatever happens.
        await upload.SaveAsync(session => session.TakeChallenge(), ct);
        if (!await blobStore.ContainsAsync(challenge.Blob, challenge.Size, ct))
        {
            return ProofResult.NotJudged; // it was deleted or damaged since the offer
        }

        try
        {
            if (!await challenge.IsProvenByAsync(answer, partStore, ct))
            {
                return ProofResult.Wrong;
            }
        }
        catch (IOException)
        {
            return ProofResult.NotJudged; // it was deleted a moment ago
        }

        return await PublishAsync(upload, challenge.Blob) ? ProofResult.Right : ProofResult.NotJudged;
    }

    async Task<bool> PublishAsync(ActiveUpload upload, Id<Blob> blob)
    {
        var (session, part) = (upload.Session, upload.Session.BlobId);
        var entry = CatalogEntry.FileOf(session, blob, instant: true, upload.Now);
        if (await upload.PublishAsync(entry, null) is not { } file)
        {
            return false;
        }

        // Whoever is still writing writes to the session's own part: when it is completed, its blob is the published
        // one.
        await upload.ChunkLocks.CloseAsync();
        session.MarkCompleted(file);
        upload.Hasher.Dispose();
        await blobStore.DeleteAsync(part, CancellationToken.None);
        claims.Redeem(session.Id);
        return true;
    }

    /// <summary>Each one that turns out to be damaged is marked, so that the next look finds another one.</summary>
    async Task<bool> HasIntactBlobAsync(long size, Sha256Digest firstBlock, string? owner, CancellationToken ct)
    {
        for (var tries = 0; tries < MaxCandidates; tries++)
        {
            if (await files.FindBlobAsync(size, firstBlock, owner, ct) is not { } blob)
            {
                return false;
            }

            if (await integrity.CheckAsync(blob))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Among whose files this owner's is looked for.</summary>
    /// <param name="claim">Asked where they are, or may be, somebody else's: many may be one guest.</param>
    /// <param name="within">One owner's key; null for anyone's.</param>
    /// <returns>False if nothing is told.</returns>
    bool MayLook(Owner owner, long size, Func<bool> claim, out string? within)
    {
        within = owner.Key;
        if (policy.InstantScope == InstantScope.Off)
        {
            return false;
        }

        var isOwn = policy.InstantScope == InstantScope.Owner && owner.IsStable;
        if (isOwn || size <= SmallSize || !claim())
        {
            return owner.IsStable;
        }

        within = policy.InstantScope == InstantScope.Anyone ? null : owner.Key;
        return true;
    }
}
