using System.Collections.Concurrent;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Content;
using Microsoft.Win32.SafeHandles;

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
                part.Flush = DiskThreads.RunAsync(() => Flush(blob));
            }
        }
    }

    /// <summary>Returns when everything that was written so far is on the disk, its name too.</summary>
    /// <exception cref="IOException">This flush failed, or an earlier one did: the system tells of a lost write once,
    /// so a later flush that succeeds proves nothing.</exception>
    public async Task FlushAsync(Id<Blob> blob, CancellationToken ct)
    {
        await WaitAsync(blob, ct);
        await DiskThreads.RunAsync(() =>
        {
            Flush(blob);
            Disk.FlushDirectory(paths.Parts);
        });
    }

    /// <summary>Returns when the flush in the background has ended.</summary>
    /// <inheritdoc cref="FlushAsync" path="/exception"/>
    public Task WaitAsync(Id<Blob> blob, CancellationToken ct) =>
        _parts.TryGetValue(blob, out var part) ? part.Flush.WaitAsync(ct) : Task.CompletedTask;

    public void Forget(Id<Blob> blob) => _parts.TryRemove(blob, out _);

    /// <summary>Flushes a part's open file.</summary>
    /// <inheritdoc cref="FlushAsync" path="/exception"/>
    public void Flush(Id<Blob> blob, SafeFileHandle file)
    {
        var part = _parts.GetOrAdd(blob, _ => new Unflushed());
        if (part.Lost is { } lost)
        {
            throw new IOException($"Bytes of part {blob} did not reach the disk: it has to be sent anew.", lost);
        }

        try
        {
            RandomAccess.FlushToDisk(file);
        }
        catch (IOException exception)
        {
            part.Lost = exception;
            throw;
        }
    }

    void Flush(Id<Blob> blob)
    {
        using var file = File.OpenHandle(
            paths.PartOf(blob), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        Flush(blob, file);
    }

    sealed class Unflushed
    {
        public IOException? Lost { get; set; }

        public long Bytes { get; set; }

        public Task Flush { get; set; } = Task.CompletedTask;
    }
}
