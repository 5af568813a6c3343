using System.Buffers;
using System.IO.Pipelines;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Hashing;
using Microsoft.Win32.SafeHandles;

namespace ChunkUploader.Infrastructure.Storage;

/// <summary>Keeps parts and blobs as files (see <see cref="BlobPaths"/>).</summary>
public sealed class FileSystemStore : IPartStore, IBlobStore
{
    const FileShare ShareAll = FileShare.ReadWrite | FileShare.Delete;

    /// <summary>Half of the threads that there always are (<c>ThreadPoolMinThreads</c>).</summary>
    const int MaxBlockedThreads = 16;

    readonly BlobPaths _paths;
    readonly long _reserve;
    readonly PartFiles _files;
    readonly PartFlusher _flusher;
    readonly PartCommitter _committer;
    readonly PartWriter _writer;
    readonly StoredBytes _stored;
    readonly Quarantine _quarantine;
    readonly DriveInfo _drive;

    /// <param name="reserve">Bytes of the disk that are never used.</param>
    /// <param name="flush">What flushes a part's file, in place of <see cref="Disk.Flush"/>; it throws an
    /// <see cref="IOException"/> where that fails.</param>
    public FileSystemStore(BlobPaths paths, long reserve, Action<SafeFileHandle>? flush = null)
    {
        (_paths, _reserve) = (paths, reserve);
        _files = new PartFiles(paths);
        _flusher = new PartFlusher(paths, _files, flush ?? Disk.Flush);
        _committer = new PartCommitter(paths, _files, _flusher);
        var bodies = new BodyReader(new SemaphoreSlim(MaxBlockedThreads));
        _writer = new PartWriter(_files, bodies, _flusher, () => FreeBytes);
        _stored = new StoredBytes(_files, bodies);
        _quarantine = new Quarantine(paths);
        _drive = new DriveInfo(paths.Root);
    }

    /// <summary>A chunk costs a row and a write, however long it is.</summary>
    public PartLimits Limits { get; } = new(MinChunkSize: 256 * 1024, ChunkPlan.MaxSize);

    public long FreeBytes => Math.Max(0, _drive.AvailableFreeSpace - _reserve);

    public Task<string> WriteChunkAsync(
        Id<Blob> blob, ChunkRange range, PipeReader body, Action<ReadOnlySequence<byte>> observe, CancellationToken ct) =>
        _writer.WriteChunkAsync(blob, range, body, observe, ct);

    public Task<long> WriteAsync(
        Id<Blob> blob,
        PipeReader body,
        long maxLength,
        Action<ReadOnlySequence<byte>> observe,
        CancellationToken ct) =>
        _writer.WriteAsync(blob, body, maxLength, observe, ct);

    public Task<bool> ChunkEqualsAsync(
        Id<Blob> blob,
        ChunkRange range,
        PipeReader body,
        Action<ReadOnlySequence<byte>> observe,
        CancellationToken ct) =>
        _stored.EqualsAsync(blob, range, body, observe, ct);

    public Task ReadAsync(
        Id<Blob> blob, long offset, long length, Action<ReadOnlySequence<byte>> observe, CancellationToken ct)
    {
        if (Thread.CurrentThread.IsThreadPoolThread && length > StoredBytes.ReadLength)
        {
            return ReadBlockByBlockAsync(blob, offset, length, observe, ct);
        }

        _stored.Read(blob, offset, length, observe, ct);
        return Task.CompletedTask;
    }

    public Task FlushAsync(Id<Blob> blob, CancellationToken ct) => _flusher.FlushAsync(blob, ct);

    public async Task CommitAsync(Id<Blob> blob, long size, CancellationToken ct)
    {
        await _flusher.WaitAsync(blob, ct);
        try
        {
            await DiskThreads.RunAsync(() => _committer.Commit(blob, size));
        }
        catch (IOException exception) when (UploadException.IsStorageFull(exception))
        {
            throw UploadException.StorageFull();
        }

        Forget(blob);
    }

    public bool Recognizes(Id<Blob> blob, string? part, long length, bool mayBeCommitted) =>
        (mayBeCommitted || !File.Exists(_paths.BlobOf(blob)))
        && (part is null ? length == 0 : _files.Recognizes(blob, part, length));

    public string? Adopt(Id<Blob> blob, bool mayBeCommitted)
    {
        _flusher.Forget(blob);
        return mayBeCommitted || !File.Exists(_paths.BlobOf(blob)) ? _files.Adopt(blob) : null;
    }

    public async Task<bool> TryUncommitAsync(Id<Blob> blob, CancellationToken ct)
    {
        var isDone = false;
        await DiskThreads.RunAsync(() => isDone = _committer.TryUncommit(blob));
        return isDone;
    }

    public Task<bool> ContainsAsync(Id<Blob> blob, long size, CancellationToken ct) => Task.FromResult(Contains(blob, size));

    public Task ReplaceAsync(Id<Blob> blob, Id<Blob> copy, CancellationToken ct) =>
        DiskThreads.RunAsync(() => _committer.Replace(blob, copy));

    public Task<Stream?> OpenReadAsync(Id<Blob> blob, long size, CancellationToken ct) =>
        Task.FromResult<Stream?>(OpenRead(blob, size));

    public string LocationOf(Id<Blob> blob) => BlobPaths.LocationOf(blob);

    public Task DeleteAsync(Id<Blob> blob, CancellationToken ct)
    {
        Forget(blob);
        _paths.Delete(blob);
        return Task.CompletedTask;
    }

    public Task DeletePartAsync(Id<Blob> blob, CancellationToken ct)
    {
        Forget(blob);
        BlobPaths.Delete(_paths.PartOf(blob));
        return Task.CompletedTask;
    }

    public IAsyncEnumerable<StoredItem> ListAsync(CancellationToken ct) =>
        BlobPaths.FilesIn(_paths.Parts).Select(file => ItemOf(file, isPart: true))
            .Concat(_paths.BlobFolders.SelectMany(BlobPaths.FilesIn).Select(file => ItemOf(file, isPart: false)))
            .OfType<StoredItem>()
            .ToAsyncEnumerable();

    public Task QuarantineAsync(Id<Blob> blob, string reason, DateTimeOffset now, CancellationToken ct)
    {
        _quarantine.Add(blob, reason, now);
        return Task.CompletedTask;
    }

    public Task<int> RemoveQuarantinedAsync(DateTimeOffset before, CancellationToken ct) =>
        Task.FromResult(_quarantine.RemoveOlder(before));

    bool Contains(Id<Blob> blob, long size) =>
        new FileInfo(_paths.BlobOf(blob)) is { Exists: true } file && file.Length == size;

    FileStream? OpenRead(Id<Blob> blob, long size)
    {
        if (!Contains(blob, size))
        {
            return null; // nor is it opened: a pipe would wait for its writer
        }

        try
        {
            var stream = new FileStream(_paths.BlobOf(blob), new FileStreamOptions
            {
                Access = FileAccess.Read,
                Share = ShareAll,
                Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
                BufferSize = 0,
            });
            if (stream.Length == size)
            {
                return stream;
            }

            stream.Dispose();
            return null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <returns>Null if it is no part or blob, or was removed or renamed a moment ago.</returns>
    static StoredItem? ItemOf(FileInfo file, bool isPart)
    {
        try
        {
            return Id<Blob>.TryParse(file.Name, out var blob)
                ? new StoredItem(blob, isPart, file.Length, file.LastWriteTimeUtc)
                : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>
    /// Reads on the threads that wait for the disk, and has them hash what was read: on the pool's, of which there are as
    /// many as cores, a few long reads would keep all other requests waiting. Between two blocks others get their turn.
    /// </summary>
    async Task ReadBlockByBlockAsync(
        Id<Blob> blob, long offset, long length, Action<ReadOnlySequence<byte>> observe, CancellationToken ct)
    {
        for (var end = offset + length; offset < end;)
        {
            var (start, part) = (offset, Math.Min(Block.Size, end - offset));
            await DiskThreads.RunAsync(() => _stored.Read(blob, start, part, observe, ct));
            offset += part;
        }
    }

    void Forget(Id<Blob> blob)
    {
        _flusher.Forget(blob);
        _files.Forget(blob);
    }
}
