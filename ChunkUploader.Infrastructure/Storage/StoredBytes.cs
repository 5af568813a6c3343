using System.Buffers;
using System.IO.Pipelines;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using Microsoft.Win32.SafeHandles;

namespace ChunkUploader.Infrastructure.Storage;

/// <summary>Reads what is stored under a blob's id, whether it is a part still or a blob already.</summary>
sealed class StoredBytes(PartFiles files, BodyReader bodies)
{
    /// <summary>How much is read at a time, in bytes.</summary>
    public const int ReadLength = 256 * 1024;

    /// <inheritdoc cref="IPartStore.ReadAsync"/>
    public void Read(
        Id<Blob> blob, long offset, long length, Action<ReadOnlySequence<byte>> observe, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReadLength);
        try
        {
            using var handle = OpenToRead(blob);
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

    /// <inheritdoc cref="IPartStore.ChunkEqualsAsync"/>
    public async Task<bool> EqualsAsync(
        Id<Blob> blob, ChunkRange range, PipeReader body, Action<ReadOnlySequence<byte>> observe, CancellationToken ct)
    {
        if (range.Length == 0)
        {
            await bodies.ForEachAsync(body, range, (_, _) => { }, ct);
            return true;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(ReadLength);
        var isEqual = true;
        try
        {
            using var handle = files.OpenToRead(blob);
            await bodies.ForEachAsync(
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

    SafeFileHandle OpenToRead(Id<Blob> blob)
    {
        try
        {
            return files.OpenToRead(blob);
        }
        catch (UploadException lost) when (lost.Code == UploadErrorCode.BytesLost)
        {
            throw new IOException(lost.Message, lost);
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
