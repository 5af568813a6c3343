namespace ChunkUploader.Domain.Catalog;

/// <summary>Bytes that nothing points to yet because the request that brings them is still under way, be it elsewhere: no
/// sweep may collect them.</summary>
public interface IStagedBlobs
{
    /// <summary>Returns when every sweep that begins from now on knows it.</summary>
    Task AddAsync(Id<Blob> blob, CancellationToken ct);

    /// <summary>Does nothing where it is not there.</summary>
    Task RemoveAsync(Id<Blob> blob, CancellationToken ct);

    /// <returns>Those of <paramref name="blobs"/> that are staged.</returns>
    Task<IReadOnlySet<Id<Blob>>> FindAsync(IReadOnlyCollection<Id<Blob>> blobs, CancellationToken ct);
}
