using System.Buffers;
using System.IO.Pipelines;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Content;
using ChunkUploader.Domain.Uploads;
using Microsoft.Win32.SafeHandles;

namespace ChunkUploader.Infrastructure.Storage;

/// <summary>Keeps parts and blobs as files (see <see cref="BlobPaths"/>).</summary>
/// <param name="reserve">Bytes of the disk that are never used.</param>
public sealed class FileSystemBlobStore(BlobPaths paths, long reserve) : IBlobStore
{
    const int ReadLength = 256 * 1024;
    const FileShare ShareAll = FileShare.ReadWrite | FileShare.Delete;

    readonly PartFlusher _flusher = new(paths);
    readonly DriveInfo _drive = new(paths.Root);

    public long FreeBytes => Math.Max(0, _drive.AvailableFreeSpace - reserve);

    public async Task WriteChunkAsync(
        Id<Blob> blob, ChunkRange range, PipeReader body, Action<ReadOnlySequence<byte>> observe, CancellationToken ct)
    {
        if (range.Length > FreeBytes)
        {
            throw Full();
        }

        try
        {
            using var handle = File.OpenHandle(paths.PartOf(blob), FileMode.OpenOrCreate, FileAccess.Write, ShareAll);
            var runs = new List<ReadOnlyMemory<byte>>();
            await ChunkRuns.ForEachAsync(
                body,
                range,
                (bytes, offset) =>
                {
                    observe(bytes);
                    runs.Clear();
                    foreach (var segment in bytes)
                    {
                        runs.Add(segment);
                    }

                    RandomAccess.Write(handle, runs, offset);
                },
                ct);
        }
        catch (IOException exception) when (Disk.IsFull(exception))
        {
            throw Full();
        }

        _flusher.Wrote(blob, range.Length);
    }

    public async Task<bool> ChunkEqualsAsync(
        Id<Blob> blob, ChunkRange range, PipeReader body, Action<ReadOnlySequence<byte>> observe, CancellationToken ct)
    {
        if (range.Length == 0)
        {
            await ChunkRuns.ForEachAsync(body, range, (_, _) => { }, ct);
            return true;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(ReadLength);
        try
        {
            using var handle = OpenStored(blob);
            var isEqual = true;
            await ChunkRuns.ForEachAsync(
                body,
                range,
                (bytes, offset) =>
                {
                    observe(bytes);
                    foreach (var segment in bytes)
                    {
                        isEqual = isEqual && StartsWith(handle, offset, segment.Span, buffer);
                        offset += segment.Length;
                    }
                },
                ct);
            return isEqual;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public Task ReadAsync(
        Id<Blob> blob, long offset, long length, Action<ReadOnlySequence<byte>> observe, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReadLength);
        try
        {
            using var handle = OpenStored(blob);
            for (var end = offset + length; offset < end;)
            {
                ct.ThrowIfCancellationRequested();
                var wanted = buffer.AsMemory(0, (int)Math.Min(buffer.Length, end - offset));
                var read = RandomAccess.Read(handle, wanted.Span, offset);
                if (read == 0)
                {
                    throw new EndOfStreamException($"Blob {blob} ends at {offset}, {end - offset} bytes early.");
                }

                observe(new ReadOnlySequence<byte>(wanted[..read]));
                offset += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Task.CompletedTask;
    }

    public Task FlushAsync(Id<Blob> blob, CancellationToken ct) => _flusher.FlushAsync(blob, ct);

    public Task CommitAsync(Id<Blob> blob, long size, CancellationToken ct)
    {
        var (part, path) = (paths.PartOf(blob), paths.BlobOf(blob));
        var folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            Disk.FlushDirectory(paths.Blobs);
        }

        if (size == 0 && !File.Exists(path))
        {
            File.WriteAllBytes(part, []);
        }

        // Repeated after a crash, the part may have its new name already.
        var current = new FileInfo(File.Exists(path) ? path : part);
        if (!current.Exists || current.Length != size)
        {
            throw new IOException($"Part {blob} does not have its {size} bytes.");
        }

        if (current.FullName == part)
        {
            File.Move(part, path);
        }

        Disk.FlushDirectory(folder);
        Disk.FlushDirectory(paths.Parts);
        return Task.CompletedTask;
    }

    public Stream OpenRead(Id<Blob> blob) =>
        new FileStream(paths.BlobOf(blob), new FileStreamOptions
        {
            Access = FileAccess.Read,
            Share = ShareAll,
            Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
            BufferSize = 0,
        });

    public Task DeleteAsync(Id<Blob> blob, CancellationToken ct)
    {
        _flusher.Forget(blob);
        File.Delete(paths.PartOf(blob));
        if (Directory.Exists(Path.GetDirectoryName(paths.BlobOf(blob))))
        {
            File.Delete(paths.BlobOf(blob));
        }

        return Task.CompletedTask;
    }

    public IEnumerable<(Id<Blob> Blob, DateTimeOffset ChangedAt)> List()
    {
        foreach (var folder in new[] { paths.Parts, paths.Blobs })
        {
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories))
            {
                if (Id<Blob>.TryParse(file.Name, out var blob))
                {
                    yield return (blob, file.LastWriteTimeUtc);
                }
            }
        }
    }

    SafeFileHandle OpenStored(Id<Blob> blob)
    {
        try
        {
            return File.OpenHandle(paths.PartOf(blob), FileMode.Open, FileAccess.Read, ShareAll);
        }
        catch (FileNotFoundException)
        {
            // It is committed, perhaps a moment ago.
            return File.OpenHandle(paths.BlobOf(blob), FileMode.Open, FileAccess.Read, ShareAll);
        }
    }

    static bool StartsWith(SafeFileHandle handle, long offset, ReadOnlySpan<byte> expected, byte[] buffer)
    {
        while (!expected.IsEmpty)
        {
            var read = RandomAccess.Read(handle, buffer.AsSpan(0, Math.Min(buffer.Length, expected.Length)), offset);
            if (read == 0 || !expected.StartsWith(buffer.AsSpan(0, read)))
            {
                return false;
            }

            offset += read;
            expected = expected[read..];
        }

        return true;
    }

    static UploadException Full() =>
        new(UploadErrorCode.StorageFull, "There is no room left on the server.");
}
