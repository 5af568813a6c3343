using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Domain.Catalog;

/// <summary>
/// Files that were deleted and can be restored for a while. Until they go for good they keep their bytes, but no link
/// leads to them and no instant upload is offered them.
/// </summary>
public sealed class Trash(IStoredFileRepository files, IBlobStore blobStore, UploadPolicy policy, TimeProvider time)
{
    /// <summary>
    /// Files that one transaction removes. A process that is killed after it leaves the bytes of so many without a row:
    /// few, so that the janitor does not take them for the sign of a wrong catalogue.
    /// </summary>
    const int Batch = 5;

    /// <summary>How long a file is kept here.</summary>
    public TimeSpan Lifetime => policy.TrashLifetime;

    /// <summary>When a file that is put here now goes for good.</summary>
    public DateTimeOffset NextEnd => time.GetUtcNow() + Lifetime;

    /// <summary>Deletes a file that is in the catalogue, so that it can be restored.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.FileNotFound"/>.</exception>
    public async Task PutAsync(Id<StoredFile> id, CancellationToken ct) =>
        EnsureFound(await files.TrashAsync(id, time.GetUtcNow(), ct));

    /// <summary>The same for who uploaded the file. An owner who is a guess only is not sure to be that. May be repeated:
    /// the answer may have been lost.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.FileNotFound"/>: there is none, or it is somebody
    /// else's.</exception>
    public async Task PutAsync(Id<StoredFile> id, Owner owner, CancellationToken ct)
    {
        var here = await FindAsync(id, ct);
        EnsureFound(owner.IsStable && (here ?? await files.FindAsync(id, ct)) is { } file && file.IsOwnedBy(owner));
        await (here is null ? PutAsync(id, ct) : Task.CompletedTask);
    }

    /// <returns>The file that is here, with its blob, or null.</returns>
    public Task<StoredFile?> FindAsync(Id<StoredFile> id, CancellationToken ct) => files.FindTrashedAsync(id, ct);

    /// <summary>A file that is here, with its blob.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.FileNotFound"/>.</exception>
    public async Task<StoredFile> GetAsync(Id<StoredFile> id, CancellationToken ct) =>
        await FindAsync(id, ct) ?? throw FileCatalog.NotFound();

    /// <summary>What is here, the last one that was deleted first.</summary>
    /// <param name="search">A part of the name, or a whole md5 in hex; null or blank for all.</param>
    /// <param name="page">From 1 on; a page beyond the last one is empty.</param>
    public Task<FilePage> ListAsync(string? search, int page, CancellationToken ct) =>
        files.ListTrashedAsync(search, page, FileCatalog.PageSize, ct);

    /// <summary>Puts a file back: its links work again.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.FileNotFound"/>: it is not here.</exception>
    public async Task RestoreAsync(Id<StoredFile> id, CancellationToken ct) =>
        EnsureFound(await files.RestoreAsync(id, ct));

    /// <summary>Deletes a file that is here for good; its bytes go with the last file that shares them.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.FileNotFound"/>: it is not here.</exception>
    public async Task DeleteAsync(Id<StoredFile> id, CancellationToken ct)
    {
        var (found, orphan) = await files.DeleteTrashedAsync(id, ct);
        EnsureFound(found);
        if (orphan is { } blob)
        {
            await blobStore.DeleteAsync(blob, CancellationToken.None);
        }
    }

    /// <summary>Deletes for good what has been here for longer than its lifetime.</summary>
    /// <returns>How many files that were.</returns>
    /// <exception cref="AggregateException">The bytes of some could not be removed. Their rows are gone all the same,
    /// so the janitor finds them.</exception>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var (sum, count, failures) = (0, 0, new List<Exception>());
        do
        {
            (count, var orphans) = await files.DeleteTrashedAsync(time.GetUtcNow() - Lifetime, Batch, ct);
            sum += count;
            foreach (var blob in orphans)
            {
                try
                {
                    await blobStore.DeleteAsync(blob, CancellationToken.None);
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    failures.Add(exception); // one that stays must not keep the others
                }
            }
        }
        while (count == Batch);
        return failures.Count == 0 ? sum : throw new AggregateException(failures);
    }

    static void EnsureFound(bool found)
    {
        if (!found)
        {
            throw FileCatalog.NotFound();
        }
    }
}
