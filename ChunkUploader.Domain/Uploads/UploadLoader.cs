using ChunkUploader.Domain.Content;

namespace ChunkUploader.Domain.Uploads;

/// <summary>Builds again what only lives in memory of a session, from what is at rest.</summary>
sealed class UploadLoader(IUploadRepository repository, IBlobStore store, UploadPolicy policy, TimeProvider time)
{
    /// <returns>Null if there is no such session.</returns>
    public async Task<OpenUpload?> LoadAsync(Id<UploadSession> id)
    {
        await Task.Yield(); // whoever asks for it must not run the queries under the lock of those who are loaded
        var found = await repository.FindAsync(id, CancellationToken.None);
        if (found is { Session.State: UploadState.Receiving or UploadState.Completing } before && IsSuspect(before))
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
        var digest = new RunningDigest(session.BlobId, BlocksOf(session, chunks, saved), saved?.Md5);
        return new OpenUpload(session, digest, repository, policy, time);
    }

    /// <summary>Whether what was received may not be there any more: the session says so, or the store.</summary>
    bool IsSuspect((UploadSession Session, IReadOnlyList<ReceivedChunk> Chunks) found) =>
        found.Session.IsSuspect
        || (found.Chunks.Count > 0
            && !store.Recognizes(
                found.Session.BlobId, found.Session.Part, found.Chunks.Max(chunk => chunk.Range.End)));

    async Task ForgetLostChunksAsync(UploadSession session, IReadOnlyList<ReceivedChunk> chunks)
    {
        var part = store.Adopt(session.BlobId);
        var lost = await LostChunks.FindAsync(store, session.BlobId, chunks);
        if (lost.Count == chunks.Count)
        {
            // Nothing is left to be kept: the next chunk begins a part of its own. Only what still receives is sure to
            // have but a part: an older database may know a session whose blob was published since.
            await (session.State == UploadState.Receiving
                ? store.DeletePartAsync(session.BlobId, CancellationToken.None)
                : store.DeleteAsync(session.BlobId, CancellationToken.None));
            part = null;
        }

        if (session.Form is { } form && lost.Count > 0)
        {
            // Kept first: once the rows are gone nobody else knows that they were acknowledged.
            session.Form = form with { Lost = lost.Aggregate(form.Lost ?? IndexSet.Empty, (set, index) => set.With(index)) };
            await repository.UpdateAsync(session, CancellationToken.None);
        }

        await repository.ClearSuspicionAsync(session.Id, lost, part, CancellationToken.None);
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
