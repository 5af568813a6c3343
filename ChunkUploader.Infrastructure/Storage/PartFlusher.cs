using System.Collections.Concurrent;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Content;

namespace ChunkUploader.Infrastructure.Storage;

/// <summary>
/// Flushes parts to the disk in the background, every 64 MiB that were written, so that the flush at the end is short
/// whatever the size of the file.
/// </summary>
sealed class PartFlusher(BlobPaths paths)
{
    const long Interval = 64 * 1024 * 1024;

    readonly ConcurrentDictionary<Id<Blob>, Unflushed> _parts = [];

    public void Wrote(Id<Blob> blob, long length)
    {
        var part = _parts.GetOrAdd(blob, _ => new Unflushed());
        lock (part)
        {
            part.Bytes += length;
            if (part.Bytes >= Interval && part.Flush.IsCompletedSuccessfully)
            {
                part.Bytes = 0;
                part.Flush = DiskThreads.RunAsync(() => Flush(paths.PartOf(blob)));
            }
        }
    }

    /// <summary>Returns when everything that was written so far is on the disk, its name too.</summary>
    /// <exception cref="IOException">This flush failed, or one in the background did: the system tells of a lost write
    /// once, so a later flush that succeeds proves nothing.</exception>
    public async Task FlushAsync(Id<Blob> blob, CancellationToken ct)
    {
        await WaitAsync(blob, ct);
        await DiskThreads.RunAsync(() =>
        {
            Flush(paths.PartOf(blob));
            Disk.FlushDirectory(paths.Parts);
        });
    }

    /// <summary>Returns when the flush in the background has ended.</summary>
    /// <inheritdoc cref="FlushAsync" path="/exception"/>
    public Task WaitAsync(Id<Blob> blob, CancellationToken ct) =>
        _parts.TryGetValue(blob, out var part) ? part.Flush.WaitAsync(ct) : Task.CompletedTask;

    public void Forget(Id<Blob> blob) => _parts.TryRemove(blob, out _);

    static void Flush(string path)
    {
        using var handle = File.OpenHandle(
            path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.FlushToDisk(handle);
    }

    sealed class Unflushed
    {
        public long Bytes { get; set; }

        public Task Flush { get; set; } = Task.CompletedTask;
    }
}
