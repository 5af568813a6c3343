using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Hashing;

namespace ChunkUploader.Domain.Sessions;

/// <summary>Builds again what only lives in memory of a session, from what is at rest.</summary>
sealed class UploadLoader(
    IUploadRepository repository, IPartStore partStore, IBlobStore blobStore, UploadPolicy policy, TimeProvider time)
{
    /// <returns>Null if there is no such session.</returns>
    public async Task<ActiveUpload?> LoadAsync(Id<UploadSession> id)
    {
        await Task.Yield(); // whoever asks for it must not run the queries under the lock of those who are loaded
        var found = await repository.FindAsync(id, CancellationToken.None);
        if (found is { Session.State: UploadState.Receiving or UploadState.Completing } before && NeedsVerification(before))
        {
            await ForgetLostChunksAsync(before.Session, before.Chunks);
            found = await repository.FindAsync(id, CancellationToken.None);
        }

        if (found is not var (session, chunks))
        {
            return null;
        }

        // Believed only of bytes that are all in: others may come in the place of those that are not.
        var saved = await repository.FindDigestAsync(id, CancellationToken.None);
        saved = saved?.Position <= session.Prefix ? saved : null;
        var digest = new ResumableHasher(session.BlobId, BlocksOf(session, chunks, saved), saved?.Md5);
        return new ActiveUpload(session, digest, repository, policy, time);
    }

    /// <summary>Whether what was received may not be there any more: the session says so, or the store.</summary>
    bool NeedsVerification((UploadSession Session, IReadOnlyList<ReceivedChunk> Chunks) found) =>
        found.Session.NeedsVerification
        || !partStore.Recognizes(
            found.Session.BlobId,
            found.Session.Part,
            found.Chunks.Select(chunk => chunk.Range.End).DefaultIfEmpty().Max(),
            MayBeCommitted(found.Session));

    static bool MayBeCommitted(UploadSession session) => session.State == UploadState.Completing;

    async Task ForgetLostChunksAsync(UploadSession session, IReadOnlyList<ReceivedChunk> chunks)
    {
        var (blob, mayBeCommitted) = (session.BlobId, MayBeCommitted(session));
        var part = partStore.Adopt(blob, mayBeCommitted);
        IReadOnlyCollection<ChunkRange> all = [.. chunks.Select(chunk => chunk.Range)];
        var lost = part is null ? all : await LostChunks.FindAsync(partStore, blob, chunks);
        if (mayBeCommitted && part is not null && lost.Count > 0 && lost.Count < all.Count
            && !await partStore.TryUncommitAsync(blob, CancellationToken.None))
        {
            lost = all; // what is written to it from now on would be another blob's
        }

        if (lost.Count == all.Count)
        {
            // Nothing is left to be kept. Only what still receives is sure to have but a part, as an older database may
            // know a session whose blob was published since; so the next chunk begins a part under another id.
            await (mayBeCommitted
                ? blobStore.DeleteAsync(blob, CancellationToken.None)
                : partStore.DeletePartAsync(blob, CancellationToken.None));
            (part, blob) = (null, Id<Blob>.New());
        }

        if (session.Client is { } client && lost.Count > 0)
        {
            // Kept first: once the rows are gone nobody else knows that they were acknowledged.
            session.Client = client with
            {
                Lost = lost.Aggregate(client.Lost ?? IndexSet.Empty, (set, chunk) => set.With(chunk.Index)),
            };
            await repository.UpdateAsync(session, CancellationToken.None);
        }

        await repository.MarkVerifiedAsync(session.Id, lost, blob, part, CancellationToken.None);
    }

    /// <summary>A chunk came with the digests of the blocks that it fills; the others were made since.</summary>
    static BlockDigests BlocksOf(
        UploadSession session, IReadOnlyList<ReceivedChunk> chunks, DigestProgress? saved)
    {
        var blocks = new BlockDigests();
        foreach (var chunk in chunks)
        {
            blocks.SetFromChunk(chunk.Range.Offset, chunk.Range.Length, chunk.Digests, session.Plan.Size);
        }

        foreach (var (block, digest) in saved?.Blocks ?? [])
        {
            blocks.Set(block, digest);
        }

        return blocks;
    }
}
