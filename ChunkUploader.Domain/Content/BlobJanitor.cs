using ChunkUploader.Domain.Files;

namespace ChunkUploader.Domain.Content;

/// <summary>
/// Compares the store with the catalogue: removes stored bytes that nothing points to, and reports blobs whose bytes
/// are gone. A crash between a row and its bytes leaves only the first kind.
/// </summary>
public sealed class BlobJanitor(IStoredFileRepository files, IBlobStore store, Arrivals arrivals, TimeProvider time)
{
    /// <summary>Young bytes may belong to something that is just being written down.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    /// <returns>How many parts and blobs were removed, and the blobs whose bytes are missing.</returns>
    public async Task<(int Removed, IReadOnlyList<Id<Blob>> Missing)> SweepAsync(CancellationToken ct)
    {
        var before = await files.ListBlobIdsAsync(ct);
        var stored = store.List().ToList();
        var after = await files.ListBlobIdsAsync(ct);
        var removed = 0;
        foreach (var (blob, changedAt) in stored)
        {
            if (!after.Published.Contains(blob)
                && !after.Arriving.Contains(blob)
                && !arrivals.Contains(blob)
                && changedAt < time.GetUtcNow() - Grace)
            {
                await store.DeleteAsync(blob, ct);
                removed++;
            }
        }

        // Published before the look into the store and still published after it, yet not seen there.
        var missing = before.Published.Where(after.Published.Contains).Except(stored.Select(item => item.Blob));
        return (removed, [.. missing]);
    }
}
