using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Domain.Chunks;

/// <summary>
/// The digests of the blocks that are in, so that a client can compare its file with what it has sent before it
/// resumes.
/// </summary>
public sealed class ReceivedBlocks(ActiveUploads uploads, IPartStore partStore)
{
    /// <summary>Blocks in one answer at most: those that were not hashed on their way in are read for it.</summary>
    public const int MaxCount = 256;

    /// <returns>One digest a block, null where not all of the block is in.</returns>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.UploadNotFound"/>.</exception>
    public async Task<IReadOnlyList<Sha256Digest?>> ListAsync(
        Id<UploadSession> id, Owner owner, int first, int count, CancellationToken ct)
    {
        using var lease = await uploads.AcquireAsync(id, owner, ct);
        var (session, known) = (lease.Upload.Session, lease.Upload.Hasher.Blocks);
        if (session.Plan is not { IsOpen: false, Size: { } size })
        {
            return [];
        }

        var end = (int)Math.Min(Block.CountOf(size), first + (long)Math.Min(count, MaxCount));
        var digests = new List<Sha256Digest?>();
        for (var block = first; block < end; block++)
        {
            var offset = (long)block * Block.Size;
            var length = Block.LengthOf(block, size);
            if (!session.Received.Contains(session.Plan.Covering(offset, offset + length)))
            {
                digests.Add(null);
                continue;
            }

            if (known[block] is null)
            {
                known.Set(block, await lease.Upload.WatchAsync(() => HashAsync(session.BlobId, offset, length, ct)));
            }

            digests.Add(known[block]);
        }

        return digests;
    }

    async Task<Sha256Digest> HashAsync(Id<Blob> blob, long offset, long length, CancellationToken ct)
    {
        using var hasher = new BlockHasher();
        await partStore.ReadAsync(blob, offset, length, hasher.Append, ct);
        return hasher.Finish()[0];
    }
}
