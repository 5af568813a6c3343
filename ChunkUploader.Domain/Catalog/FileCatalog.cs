namespace ChunkUploader.Domain.Catalog;

/// <summary>The published files: finding, listing and reading them.</summary>
public sealed class FileCatalog(IStoredFileRepository files, BlobIntegrity integrity)
{
    public const int PageSize = 50;

    /// <returns>The file with its blob, or null.</returns>
    public Task<StoredFile?> FindAsync(Id<StoredFile> id, CancellationToken ct) => files.FindAsync(id, ct);

    /// <exception cref="UploadException"><see cref="UploadErrorCode.FileNotFound"/>.</exception>
    public async Task<StoredFile> GetAsync(Id<StoredFile> id, CancellationToken ct) =>
        await FindAsync(id, ct) ?? throw NotFound();

    /// <inheritdoc cref="IStoredFileRepository.ListAsync" path="/param"/>
    public Task<FilePage> ListAsync(string? search, int page, CancellationToken ct) =>
        files.ListAsync(search, page, PageSize, ct);

    /// <summary>The file's bytes, from the start.</summary>
    /// <param name="file">With its blob.</param>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.Damaged"/>: the bytes are gone or cut short although
    /// the file is listed; <see cref="UploadErrorCode.FileNotFound"/>: it was deleted a moment ago.</exception>
    public async Task<Stream> OpenReadAsync(StoredFile file, CancellationToken ct) =>
        await integrity.OpenReadAsync(file.Blob!)
        ?? throw (await files.FindAsync(file.Id, ct) is null
            ? NotFound()
            : new UploadException(UploadErrorCode.Damaged, "What is stored of this file is damaged."));

    public Task CountDownloadAsync(StoredFile file, CancellationToken ct) => files.CountDownloadAsync(file.Id, ct);

    public static UploadException NotFound() => new(UploadErrorCode.FileNotFound, "There is no such file.");
}
