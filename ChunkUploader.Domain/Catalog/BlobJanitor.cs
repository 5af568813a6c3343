using System.Runtime.CompilerServices;
using ChunkUploader.Domain.Chunks;

namespace ChunkUploader.Domain.Catalog;

/// <summary>
/// Collects garbage: compares the store with the catalogue, puts orphaned bytes aside, to which nothing points, and reports
/// blobs whose bytes are gone. A crash between a row and its bytes leaves only the first kind, and never many: where there are
/// many, the catalogue is an older one, and nothing is touched.
/// </summary>
public sealed class BlobJanitor(
    IStoredFileRepository files, IPartStore partStore, IBlobStore blobStore, IStagedBlobs stagedBlobs, TimeProvider time)
{
    /// <summary>Missing blobs that are named.</summary>
    public const int MaxNamed = 20;

    /// <summary>Ids that are asked for at once.</summary>
    const int BatchSize = 500;

    /// <summary>Young bytes may belong to something that is just being written down.</summary>
    static readonly TimeSpan BlobGrace = TimeSpan.FromHours(1);
    static readonly TimeSpan PartGrace = TimeSpan.FromDays(1);
    static readonly TimeSpan QuarantineTime = TimeSpan.FromDays(7);

    public async Task<SweepResult> SweepAsync(CancellationToken ct)
    {
        await RemoveDeletedAsync(ct);
        var (blobCount, unknownCount) = (0, 0);
        var (parts, blobs) = (new List<Id<Blob>>(), new List<Id<Blob>>());
        await foreach (var (item, isKnown) in LookAsync(ct))
        {
            blobCount += item.IsPart ? 0 : 1;
            unknownCount += item.IsPart || isKnown ? 0 : 1;
            var (list, grace) = item.IsPart ? (parts, PartGrace) : (blobs, BlobGrace);

            // Beyond the limit nothing will be touched, so no more need be remembered.
            if (!isKnown && unknownCount <= MaxUnknown(int.MaxValue) && item.ChangedAt < time.GetUtcNow() - grace)
            {
                list.Add(item.Blob);
            }
        }

        var (isTouched, discarded) = (unknownCount <= MaxUnknown(blobCount), 0);
        if (isTouched)
        {
            foreach (var part in parts)
            {
                await partStore.DeletePartAsync(part, ct);
            }

            foreach (var blob in blobs)
            {
                await blobStore.QuarantineAsync(blob, "No file and no upload points to it.", time.GetUtcNow(), ct);
            }

            discarded = await blobStore.RemoveQuarantinedAsync(time.GetUtcNow() - QuarantineTime, ct);
        }

        var (missing, first) = await FindMissingAsync(ct);
        return new SweepResult(
            isTouched ? parts.Count : 0,
            isTouched ? blobs.Count : 0,
            discarded,
            isTouched ? 0 : unknownCount,
            missing,
            first);
    }

    /// <summary>Removes the bytes of blobs that were deleted; a crash may have come before that.</summary>
    public async Task RemoveDeletedAsync(CancellationToken ct)
    {
        var deleted = await files.ListDeletedBlobsAsync(ct);
        foreach (var blob in deleted)
        {
            await blobStore.DeleteAsync(blob, ct);
        }

        if (deleted.Count > 0)
        {
            await files.ForgetDeletedBlobsAsync(deleted, ct);
        }
    }

    /// <summary>The blobs that nothing points to, and that nobody is just about to publish.</summary>
    public async IAsyncEnumerable<StoredItem> ListUnknownBlobsAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var (item, isKnown) in LookAsync(ct))
        {
            if (!item.IsPart && !isKnown)
            {
                yield return item;
            }
        }
    }

    /// <summary>More than crashes leave behind.</summary>
    static int MaxUnknown(int blobs) => Math.Min(100, Math.Max(5, blobs / 10));

    /// <summary>Everything that is stored, and whether somebody knows it.</summary>
    async IAsyncEnumerable<(StoredItem Item, bool IsKnown)> LookAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var batch in blobStore.ListAsync(ct).Chunk(BatchSize).WithCancellation(ct))
        {
            // In the order that bytes go from one to the next: what is published in between is seen twice rather than
            // not at all.
            var staged = await stagedBlobs.FindAsync([.. batch.Select(item => item.Blob)], ct);
            var parts = await files.FindKnownPartsAsync(IdsOf(batch, isPart: true), ct);
            var blobs = await files.FindKnownBlobsAsync(IdsOf(batch, isPart: false), ct);
            foreach (var item in batch)
            {
                yield return (
                    item, staged.Contains(item.Blob) || (item.IsPart ? parts : blobs).Contains(item.Blob));
            }
        }
    }

    async Task<(int Count, IReadOnlyList<Id<Blob>> First)> FindMissingAsync(CancellationToken ct)
    {
        var (count, first) = (0, new List<Id<Blob>>());
        await foreach (var batch in files.ListBlobSizesAsync(ct).Chunk(BatchSize).WithCancellation(ct))
        {
            var missing = new List<Id<Blob>>();
            foreach (var (blob, size) in batch)
            {
                if (!await blobStore.ContainsAsync(blob, size, ct))
                {
                    missing.Add(blob);
                }
            }

            if (missing.Count > 0)
            {
                // Rows go before bytes do: what was deleted in between is not missing.
                var known = await files.FindKnownBlobsAsync(missing, ct);
                var lost = missing.Where(known.Contains).Except(await files.ListDeletedBlobsAsync(ct)).ToList();
                count += lost.Count;
                first.AddRange(lost.Take(MaxNamed - first.Count));
            }
        }

        return (count, first);
    }

    static List<Id<Blob>> IdsOf(StoredItem[] items, bool isPart) =>
        [.. items.Where(item => item.IsPart == isPart).Select(item => item.Blob)];
}
