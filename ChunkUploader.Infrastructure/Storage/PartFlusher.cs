using System.Collections.Concurrent;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using Microsoft.Win32.SafeHandles;

namespace ChunkUploader.Infrastructure.Storage;

/// <summary>
/// Flushes parts to the disk in the background, every 64 MiB that were written, so that the flush at the end is short
/// whatever the size of the file.
/// </summary>
/// <param name="flush">Flushes an open file, and throws an <see cref="IOException"/> where that fails.</param>
sealed class PartFlusher(BlobPaths paths, PartFiles files, Action<SafeFileHandle> flush)
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

    /// <summary>Returns when a part that is all written is on the disk, its name too.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.BytesLost"/>: this flush failed, or an earlier one
    /// did, or the part is not what was written.</exception>
    public async Task FlushAsync(Id<Blob> blob, CancellationToken ct)
    {
        await WaitAsync(blob, ct);
        await DiskThreads.RunAsync(() =>
        {
            using var file = files.OpenToRead(blob, FileAccess.ReadWrite);
            Flush(blob, file);
            files.EnsureUntouched(blob, file);
            Disk.FlushDirectory(paths.Parts);
        });
    }

    /// <summary>Returns when the flush in the background has ended.</summary>
    /// <inheritdoc cref="FlushAsync" path="/exception"/>
    public Task WaitAsync(Id<Blob> blob, CancellationToken ct) =>
        _parts.TryGetValue(blob, out var part) ? part.Flush.WaitAsync(ct) : Task.CompletedTask;

    public void Forget(Id<Blob> blob) => _parts.TryRemove(blob, out _);

    /// <summary>
    /// Flushes a part's open file (<c>fsync</c>). Where that fails the file is removed, whatever it is called by now: the
    /// system tells of a lost write once, and gives the lost bytes from its cache until they are dropped, so neither a later
    /// flush that succeeds nor reading them proves anything, in this process or the next.
    /// </summary>
    /// <inheritdoc cref="FlushAsync" path="/exception"/>
    public void Flush(Id<Blob> blob, SafeFileHandle file)
    {
        files.EnsureNotLost(blob);
        try
        {
            flush(file);
        }
        catch (IOException exception)
        {
            files.MarkLost(blob, exception);
            throw UploadException.BytesLost(exception);
        }
    }

    void Flush(Id<Blob> blob)
    {
        using var file = files.OpenToRead(blob, FileAccess.ReadWrite);
        Flush(blob, file);
    }

    sealed class Unflushed
    {
        public long Bytes { get; set; }

        public Task Flush { get; set; } = Task.CompletedTask;
    }
}
