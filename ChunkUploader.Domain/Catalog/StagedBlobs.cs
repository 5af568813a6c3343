using System.Collections.Concurrent;

namespace ChunkUploader.Domain.Catalog;

/// <summary>Bytes that nothing points to yet because the request that brings them is still under way.</summary>
public sealed class StagedBlobs
{
    readonly ConcurrentDictionary<Id<Blob>, bool> _blobs = [];

    public bool Contains(Id<Blob> blob) => _blobs.ContainsKey(blob);

    public void Add(Id<Blob> blob) => _blobs.TryAdd(blob, true);

    public void Remove(Id<Blob> blob) => _blobs.TryRemove(blob, out _);
}
