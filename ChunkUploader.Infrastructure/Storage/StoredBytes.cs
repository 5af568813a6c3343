using System.Buffers;
using System.IO.Pipelines;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Content;
using ChunkUploader.Domain.Uploads;
using Microsoft.Win32.SafeHandles;

namespace ChunkUploader.Infrastructure.Storage;

/// <summary>Reads what is stored under a blob's id, whether it is a part still or a blob already.</summary>
sealed class StoredBytes(BlobPaths paths, ChunkRuns runs, PartFlusher flusher)
{
    const int ReadLength = 256 * 1024;
    const FileShare ShareAll = FileShare.ReadWrite | FileShare.Delete;

    /// <inheritdoc cref="IBlobStore.ReadAsync"/>
    public void Read(
        Id<Blob> blob, long offset, long length, Action<ReadOnlySequence<byte>> observe, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReadLength);
        try
        {
            using var handle = Open(blob);
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
    }

    /// <inheritdoc cref="IBlobStore.ChunkEqualsAsync"/>
    public async Task<bool> EqualsAsync(
        Id<Blob> blob, ChunkRange range, PipeReader body, Action<ReadOnlySequence<byte>> observe, CancellationToken ct)
    {
        if (range.Length == 0)
        {
            await runs.ForEachAsync(body, range, (_, _) => { }, ct);
            return true;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(ReadLength);
        var isEqual = true;
        try
        {
            using var handle = Open(blob);
            await runs.ForEachAsync(
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
        catch (Exception) when (!isEqual)
        {
            return false; // whatever keeps the rest from coming: it is another chunk
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc cref="IBlobStore.Holds"/>
    public bool Holds(Id<Blob> blob, long length)
    {
        try
        {
            using var handle = Open(blob);
            return RandomAccess.GetLength(handle) >= length;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException
            or UploadException { Code: UploadErrorCode.BytesLost })
        {
            return false;
        }
    }

    SafeFileHandle Open(Id<Blob> blob)
    {
        flusher.EnsureNotLost(blob);
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
}
