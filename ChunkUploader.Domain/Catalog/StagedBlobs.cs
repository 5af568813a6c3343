using System.Collections.Concurrent;

namespace ChunkUploader.Domain.Catalog;

/// <summary>Where one process has all requests: they end with it, and so does this list.</summary>
public sealed class StagedBlobs : IStagedBlobs
{
    readonly ConcurrentDictionary<Id<Blob>, bool> _blobs = [];

    public Task AddAsync(Id<Blob> blob, CancellationToken ct)
    {
        _blobs.TryAdd(blob, true);
        return Task.CompletedTask;
    }

    public Task RemoveAsync(Id<Blob> blob, CancellationToken ct)
    {
        _blobs.TryRemove(blob, out _);
        return Task.CompletedTask;
    }

    public Task<IReadOnlySet<Id<Blob>>> FindAsync(IReadOnlyCollection<Id<Blob>> blobs, CancellationToken ct) =>
        Task.FromResult<IReadOnlySet<Id<Blob>>>(blobs.Where(_blobs.ContainsKey).ToHashSet());
}
