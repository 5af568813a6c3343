using ChunkUploader.Domain.Content;

namespace ChunkUploader.Domain.Files;

/// <summary>The catalogue of published files and their blobs at rest.</summary>
public interface IStoredFileRepository
{
    /// <returns>The file with its blob, or null.</returns>
    Task<StoredFile?> FindAsync(Id<StoredFile> id, CancellationToken ct);

    /// <param name="search">A part of the name, or a whole md5 in hex; null or blank for all.</param>
    Task<FilePage> ListAsync(string? search, int page, int pageSize, CancellationToken ct);

    /// <summary>The blob that has all three, among the blobs of one owner's files unless the owner is null.</summary>
    Task<Blob?> FindBlobAsync(Md5Digest md5, ContentHash contentHash, long size, string? owner, CancellationToken ct);

    /// <summary>Whether a blob has this size and first block, among the blobs of one owner's files unless the owner is
    /// null.</summary>
    Task<bool> HasBlobAsync(long size, Sha256Digest firstBlock, string? owner, CancellationToken ct);

    /// <summary>The files whose blob has this md5, with their blobs, newest first; at most 100.</summary>
    /// <param name="owner">Whose; null: everybody's.</param>
    Task<IReadOnlyList<StoredFile>> ListByMd5Async(Md5Digest md5, string? owner, CancellationToken ct);

    /// <summary>Adds a name of a blob that is published already.</summary>
    /// <returns>False if the blob is gone.</returns>
    Task<bool> AddAsync(StoredFile file, CancellationToken ct);

    Task CountDownloadAsync(Id<StoredFile> id, CancellationToken ct);

    /// <summary>Removes the file, and with the last file of a blob the blob's row in the same transaction.</summary>
    /// <returns>Whether the file was there, and the blob whose bytes are to be removed now, if any.</returns>
    Task<(bool Found, Id<Blob>? Orphan)> DeleteAsync(Id<StoredFile> id, CancellationToken ct);

    /// <summary>The ids of all blobs that files point to, and of those that sessions write to.</summary>
    Task<(IReadOnlySet<Id<Blob>> Published, IReadOnlySet<Id<Blob>> Arriving)> ListBlobIdsAsync(CancellationToken ct);
}
