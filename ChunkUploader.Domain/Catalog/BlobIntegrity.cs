using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Hashing;

namespace ChunkUploader.Domain.Catalog;

/// <summary>
/// Tells damaged blobs, whose bytes are gone or cut short on the disk, and repairs them with the next upload of their
/// content. A size can be compared whenever bytes are used; flipped bits cannot be seen that way, so a copy that was
/// verified a moment ago replaces any bytes that were not for a day.
/// </summary>
public sealed class BlobIntegrity(IStoredFileRepository files, IPartStore partStore, IBlobStore blobStore, TimeProvider time)
{
    /// <summary>How long bytes are taken to be what was verified.</summary>
    static readonly TimeSpan Trust = TimeSpan.FromDays(1);

    /// <summary>Whether the blob may be used. One that is found to be damaged is marked.</summary>
    public async Task<bool> CheckAsync(Blob blob)
    {
        var isIntact = blob.DamagedAt is null && await blobStore.ContainsAsync(blob.Id, blob.Size, CancellationToken.None);
        if (!isIntact)
        {
            await MarkDamagedAsync(blob);
        }

        return isIntact;
    }

    /// <summary>The blob's bytes, from the start. One that is found to be damaged is marked.</summary>
    /// <returns>Null if it is damaged, or was deleted meanwhile.</returns>
    public async Task<Stream?> OpenReadAsync(Blob blob)
    {
        // The open file's own size is compared: what has the blob's name may be replaced in between.
        var bytes = blob.DamagedAt is null
            ? await blobStore.OpenReadAsync(blob.Id, blob.Size, CancellationToken.None)
            : null;
        if (bytes is null)
        {
            await MarkDamagedAsync(blob);
        }

        return bytes;
    }

    /// <summary>
    /// Replaces the bytes of the blob that has the same content as this one, where they are damaged or were not verified
    /// for a day. The copy is published after that, in a transaction of its own, and keeps its bytes until then: whatever
    /// happens in between, a crash or the deletion of the other blob, there is a verified copy under either name.
    /// </summary>
    /// <param name="copy">Verified and committed, not published yet.</param>
    public async Task RepairAsync(Blob copy)
    {
        if (await files.FindBlobAsync(copy.ContentHash, copy.Size, CancellationToken.None) is not { } stored
            || stored.Id == copy.Id
            || (await CheckAsync(stored) && time.GetUtcNow() - stored.VerifiedAt < Trust))
        {
            return;
        }

        await blobStore.ReplaceAsync(stored.Id, copy.Id, CancellationToken.None);
        if (!await files.MarkVerifiedAsync(stored.Id, time.GetUtcNow(), CancellationToken.None))
        {
            // Its last file was deleted meanwhile. Nothing will ever point to that id again.
            await blobStore.DeleteAsync(stored.Id, CancellationToken.None);
        }
    }

    /// <summary>
    /// Reads the marked blobs that have their size again, as when somebody has put a file back, and takes the mark off
    /// those that have their content too.
    /// </summary>
    public async Task RecheckAsync(CancellationToken ct)
    {
        foreach (var blob in await files.ListDamagedAsync(ct))
        {
            if (await blobStore.ContainsAsync(blob.Id, blob.Size, ct) && await HasItsContentAsync(blob, ct))
            {
                await files.MarkVerifiedAsync(blob.Id, time.GetUtcNow(), ct);
            }
        }
    }

    /// <summary>Reads up to the first block that is another one.</summary>
    async Task<bool> HasItsContentAsync(Blob blob, CancellationToken ct)
    {
        var blocks = await files.FindBlocksAsync(blob.Id, ct);
        for (var i = 0; i < blocks.Length; i++)
        {
            using var hasher = new BlockHasher();
            var offset = i * (long)Block.Size;
            try
            {
                await partStore.ReadAsync(blob.Id, offset, Math.Min(Block.Size, blob.Size - offset), hasher.Append, ct);
            }
            catch (IOException)
            {
                return false;
            }

            if (hasher.Finish() is not [var digest] || digest != blocks[i])
            {
                return false;
            }
        }

        return ContentHash.Of(blocks) == blob.ContentHash;
    }

    Task MarkDamagedAsync(Blob blob) => blob.DamagedAt is null
        ? files.MarkDamagedAsync(blob, time.GetUtcNow(), CancellationToken.None)
        : Task.CompletedTask;
}
