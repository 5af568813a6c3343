using ChunkUploader.Domain.Chunks;

namespace ChunkUploader.Domain.Catalog;

/// <summary>
/// Where stored bytes lie: blobs, which never change. They come from an <see cref="IPartStore"/>, which one object mostly
/// implements too: what is read or deleted by an id may be a part still. Every implementation must pass the store's contract
/// tests.
/// </summary>
public interface IBlobStore
{
    /// <summary>Whether a committed blob is there, and has this size in bytes.</summary>
    Task<bool> ContainsAsync(Id<Blob> blob, long size, CancellationToken ct);

    /// <summary>A committed blob's bytes, from the start; the stream can seek.</summary>
    /// <returns>Null if there is no such blob, or it does not have this size in bytes.</returns>
    Task<Stream?> OpenReadAsync(Id<Blob> blob, long size, CancellationToken ct);

    /// <summary>A blob's place, relative to where blobs lie, for whoever can take it from there without this server; null
    /// where nobody can.</summary>
    string? LocationOf(Id<Blob> blob);

    /// <summary>
    /// Puts the bytes of a committed copy in place of those of a blob, in one step that survives a loss of power. May be
    /// repeated. The copy stays where it is too, who reads the old bytes reads them to their end, and the blob may have
    /// lost its own.
    /// </summary>
    /// <exception cref="IOException">The copy is not there.</exception>
    Task ReplaceAsync(Id<Blob> blob, Id<Blob> copy, CancellationToken ct);

    /// <summary>Removes a blob, or the part that would become it; does nothing where there is none.</summary>
    Task DeleteAsync(Id<Blob> blob, CancellationToken ct);

    /// <summary>All parts and blobs, parts first.</summary>
    IAsyncEnumerable<StoredItem> ListAsync(CancellationToken ct);

    /// <summary>Moves a blob aside, where nothing finds it but the operator, who is told why; does nothing where there
    /// is none.</summary>
    Task QuarantineAsync(Id<Blob> blob, string reason, DateTimeOffset now, CancellationToken ct);

    /// <summary>Removes for good what was quarantined before a time.</summary>
    /// <returns>How many blobs.</returns>
    Task<int> RemoveQuarantinedAsync(DateTimeOffset before, CancellationToken ct);
}
