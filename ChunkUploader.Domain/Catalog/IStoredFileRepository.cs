using ChunkUploader.Domain.Hashing;

namespace ChunkUploader.Domain.Catalog;

/// <summary>
/// The catalogue of published files and their blobs at rest. What is in the trash is not in the catalogue: only the
/// methods that name the trash see it, and a blob with no other names is offered to nobody. Its row stays, so that an
/// upload that brings the same bytes shares it, and a restored file finds it.
/// </summary>
public interface IStoredFileRepository
{
    /// <returns>The file with its blob, or null.</returns>
    Task<StoredFile?> FindAsync(Id<StoredFile> id, CancellationToken ct);

    /// <param name="search">A part of the name or of the folders before it, or a whole md5 in hex; null or blank for all.
    /// </param>
    /// <param name="page">From 1 on; the last one where there are not so many.</param>
    Task<FilePage> ListAsync(string? search, int page, int pageSize, CancellationToken ct);

    /// <summary>The blob that has all three, among the blobs of one owner's files unless the owner is null.</summary>
    Task<Blob?> FindBlobAsync(Md5Digest md5, ContentHash contentHash, long size, string? owner, CancellationToken ct);

    /// <summary>A blob of this size and first block that is not marked as damaged, among the blobs of one owner's files
    /// unless the owner is null.</summary>
    Task<Blob?> FindBlobAsync(long size, Sha256Digest firstBlock, string? owner, CancellationToken ct);

    /// <summary>Whether a file's owner has another file of the same blob.</summary>
    Task<bool> HasAnotherAsync(StoredFile file, CancellationToken ct);

    /// <summary>The blob of this content.</summary>
    Task<Blob?> FindBlobAsync(ContentHash contentHash, long size, CancellationToken ct);

    /// <summary>
    /// Marks a blob as damaged, which is logged. Does nothing where it is marked already, is gone, or has been verified
    /// since it was loaded: then what was looked at are bytes that it had before.
    /// </summary>
    Task MarkDamagedAsync(Blob blob, DateTimeOffset at, CancellationToken ct);

    /// <summary>The blobs that are marked as damaged.</summary>
    Task<IReadOnlyList<Blob>> ListDamagedAsync(CancellationToken ct);

    /// <summary>Keeps that a blob's bytes have been verified, and takes the mark of damage off.</summary>
    /// <returns>False if the blob is gone.</returns>
    Task<bool> MarkVerifiedAsync(Id<Blob> blob, DateTimeOffset at, CancellationToken ct);

    /// <summary>The files whose blob has this md5, with their blobs, newest first; at most 100.</summary>
    /// <param name="owner">Whose; null: everybody's.</param>
    Task<IReadOnlyList<StoredFile>> ListByMd5Async(Md5Digest md5, string? owner, CancellationToken ct);

    /// <summary>Adds a name of a blob that is published already.</summary>
    /// <returns>False if the blob is gone, marked as damaged, or in the trash with all its names.</returns>
    Task<bool> AddAsync(StoredFile file, CancellationToken ct);

    Task CountDownloadAsync(Id<StoredFile> id, CancellationToken ct);

    /// <returns>The file that is in the trash, with its blob, or null.</returns>
    Task<StoredFile?> FindTrashedAsync(Id<StoredFile> id, CancellationToken ct);

    /// <summary>What is in the trash, the last one put there first.</summary>
    /// <inheritdoc cref="ListAsync" path="/param"/>
    Task<FilePage> ListTrashedAsync(string? search, int page, int pageSize, CancellationToken ct);

    /// <returns>The digests of a blob's blocks; none where there is no such blob.</returns>
    Task<Sha256Digest[]> FindBlocksAsync(Id<Blob> blob, CancellationToken ct);

    /// <summary>Puts a file into the trash.</summary>
    /// <returns>False if it is not in the catalogue.</returns>
    Task<bool> TrashAsync(Id<StoredFile> id, DateTimeOffset now, CancellationToken ct);

    /// <summary>Puts a file back into the catalogue.</summary>
    /// <returns>False if it is not in the trash.</returns>
    Task<bool> RestoreAsync(Id<StoredFile> id, CancellationToken ct);

    /// <summary>Removes a file that is in the trash, and with the last file of a blob the blob's row in the same
    /// transaction.</summary>
    /// <returns>Whether the file was there, and the blob whose bytes are to be removed now, if any.</returns>
    Task<(bool Found, Id<Blob>? Orphan)> DeleteTrashedAsync(Id<StoredFile> id, CancellationToken ct);

    /// <summary>Removes files that were put into the trash before a time, in the same way.</summary>
    /// <param name="limit">The most that are removed by one call.</param>
    /// <returns>How many there were, and the blobs whose bytes are to be removed now.</returns>
    Task<(int Count, IReadOnlyList<Id<Blob>> Orphans)> DeleteTrashedAsync(
        DateTimeOffset before, int limit, CancellationToken ct);

    /// <summary>Adds a stored blob that the catalogue did not know, and a file that points to it.</summary>
    /// <param name="blocks">The digests of the blob's blocks, concatenated.</param>
    /// <returns>False, with nothing changed, if another blob has its content.</returns>
    Task<bool> AdoptAsync(StoredFile file, Blob blob, byte[] blocks, CancellationToken ct);

    /// <summary>The blobs that were named for removal, until they are forgotten.</summary>
    Task<IReadOnlyList<Id<Blob>>> ListDeletedBlobsAsync(CancellationToken ct);

    /// <summary>The bytes of these are gone.</summary>
    Task ForgetDeletedBlobsAsync(IReadOnlyCollection<Id<Blob>> blobs, CancellationToken ct);

    /// <summary>All blobs that are published, with their sizes in bytes.</summary>
    IAsyncEnumerable<(Id<Blob> Blob, long Size)> ListBlobSizesAsync(CancellationToken ct);

    /// <summary>Those of some blobs that are published, about to be, or deleted a moment ago.</summary>
    Task<IReadOnlySet<Id<Blob>>> FindKnownBlobsAsync(IReadOnlyCollection<Id<Blob>> blobs, CancellationToken ct);

    /// <summary>Those of some parts that belong to a session that is not completed.</summary>
    Task<IReadOnlySet<Id<Blob>>> FindKnownPartsAsync(IReadOnlyCollection<Id<Blob>> parts, CancellationToken ct);
}
