using System.Buffers;
using ChunkUploader.Domain.Hashing;

namespace ChunkUploader.Domain.Catalog;

/// <summary>Gives blobs that the catalogue does not know back to it, or moves them aside, when the operator says so.
/// </summary>
public sealed class BlobRecovery(
    BlobJanitor janitor, BlobIntegrity integrity, IStoredFileRepository files, IBlobStore blobStore, TimeProvider time)
{
    /// <summary>The owner of what has lost its owner: nobody can be this one.</summary>
    public const string Owner = "recovered";

    const int ReadLength = 256 * 1024;

    /// <summary>
    /// Hashes the unknown blobs, and adds each as a file that is named by its content hash. What another blob has too
    /// stays unknown. May be repeated after a crash.
    /// </summary>
    /// <returns>How many came back.</returns>
    public async Task<int> AdoptAsync(CancellationToken ct)
    {
        var adopted = 0;
        await foreach (var item in janitor.ListUnknownBlobsAsync(ct))
        {
            var (blob, blocks) = await HashAsync(item, ct);
            var file = new StoredFile
            {
                Id = Id<StoredFile>.New(),
                BlobId = blob.Id,
                Owner = Owner,
                Name = blob.ContentHash.ToString(),
                ContentType = "application/octet-stream",
                UploadedAt = item.ChangedAt,
            };
            await integrity.RepairAsync(blob); // the catalogue may know its content under a name that has lost its bytes
            adopted += await files.AdoptAsync(file, blob, Sha256Digest.Join(blocks), ct) ? 1 : 0;
        }

        return adopted;
    }

    /// <summary>Moves the unknown blobs to the quarantine.</summary>
    /// <returns>How many.</returns>
    public async Task<int> QuarantineAsync(CancellationToken ct)
    {
        var moved = 0;
        await foreach (var item in janitor.ListUnknownBlobsAsync(ct))
        {
            await blobStore.QuarantineAsync(item.Blob, "The operator asked for it at a start.", time.GetUtcNow(), ct);
            moved++;
        }

        return moved;
    }

    async Task<(Blob Blob, Sha256Digest[] Blocks)> HashAsync(StoredItem item, CancellationToken ct)
    {
        using var blockHasher = new BlockHasher();
        var md5 = new ResumableMd5();
        await using var stream = await blobStore.OpenReadAsync(item.Blob, item.Size, ct)
            ?? throw new IOException($"Blob {item.Blob} has changed since it was found.");
        var (buffer, size) = (new byte[ReadLength], 0L);
        for (int read; (read = await stream.ReadAsync(buffer, ct)) > 0; size += read)
        {
            blockHasher.Append(new ReadOnlySequence<byte>(buffer, 0, read));
            md5.Append(buffer.AsSpan(0, read));
        }

        var blocks = blockHasher.Finish();
        var blob = new Blob
        {
            Id = item.Blob,
            Size = size,
            Md5 = md5.Current(),
            ContentHash = ContentHash.Of(blocks),
            FirstBlock = blocks.Length > 0 ? blocks[0] : null,
            StoredAt = item.ChangedAt,
            VerifiedAt = time.GetUtcNow(),
        };
        return (blob, blocks);
    }
}
