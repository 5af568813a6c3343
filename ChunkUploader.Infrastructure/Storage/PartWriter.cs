using System.Buffers;
using System.IO.Pipelines;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using Microsoft.Win32.SafeHandles;

namespace ChunkUploader.Infrastructure.Storage;

/// <summary>Writes bodies to parts as they arrive.</summary>
sealed class PartWriter(PartFiles files, BodyReader bodies, PartFlusher flusher, Func<long> freeBytes)
{
    /// <summary>Chunks that long are given their room ahead of their bytes.</summary>
    const int AllocatedLength = 1024 * 1024;

    /// <summary>How far ahead at most: who announces much and sends little takes no more than that.</summary>
    const long MaxAhead = 8 * 1024 * 1024;

    /// <inheritdoc cref="IPartStore.WriteChunkAsync"/>
    public async Task<string> WriteChunkAsync(
        Id<Blob> blob, ChunkRange range, PipeReader body, Action<ReadOnlySequence<byte>> observe, CancellationToken ct)
    {
        EnsureRoom(range.Length);
        try
        {
            using var part = files.OpenToWrite(blob);
            try
            {
                var segments = new List<ReadOnlyMemory<byte>>();
                var allocated = range.Offset;
                await bodies.ForEachAsync(
                    body,
                    range,
                    (bytes, offset) =>
                    {
                        observe(bytes);
                        part.EnsureWhole(); // else what was cut off would become a hole, and not be noticed
                        allocated = AllocateAhead(part.Handle, range, allocated, offset + bytes.Length);
                        Write(part, bytes, segments, offset);
                    },
                    ct);
                part.EnsureWhole();
            }
            catch
            {
                Disk.Release(part.Handle, range.Offset, range.Length);
                throw;
            }

            flusher.Wrote(blob, range.Length);
            return part.Identity;
        }
        catch (IOException exception) when (UploadException.IsStorageFull(exception))
        {
            throw UploadException.StorageFull();
        }
    }

    /// <inheritdoc cref="IPartStore.WriteAsync"/>
    public async Task<long> WriteAsync(
        Id<Blob> blob,
        PipeReader body,
        long maxLength,
        Action<ReadOnlySequence<byte>> observe,
        CancellationToken ct)
    {
        try
        {
            using var part = files.OpenToWrite(blob);
            var segments = new List<ReadOnlyMemory<byte>>();
            return await bodies.ForEachAsync(
                body,
                0,
                maxLength,
                () => UploadException.TooLarge(maxLength),
                (bytes, offset) =>
                {
                    EnsureRoom(bytes.Length); // nobody has said how much there will be
                    observe(bytes);
                    part.EnsureWhole();
                    Write(part, bytes, segments, offset);
                    flusher.Wrote(blob, bytes.Length);
                },
                ct);
        }
        catch (IOException exception) when (UploadException.IsStorageFull(exception))
        {
            throw UploadException.StorageFull();
        }
    }

    /// <summary>Takes room ahead of what is written next: as much as has come, within limits.</summary>
    /// <param name="allocated">Up to here it was taken before.</param>
    /// <param name="end">Where that ends.</param>
    /// <returns>Up to where it is taken now.</returns>
    static long AllocateAhead(SafeFileHandle handle, ChunkRange range, long allocated, long end)
    {
        if (range.Length < AllocatedLength || end <= allocated)
        {
            return allocated;
        }

        var ahead = Math.Clamp(end - range.Offset, AllocatedLength, MaxAhead);
        var target = Math.Min(range.End, Math.Max(end, allocated + ahead));
        Disk.Allocate(handle, allocated, target - allocated);
        return target;
    }

    void EnsureRoom(long length)
    {
        if (length > freeBytes())
        {
            throw UploadException.StorageFull();
        }
    }

    /// <summary>In one call, however many segments there are.</summary>
    static void Write(
        WritablePart part, in ReadOnlySequence<byte> bytes, List<ReadOnlyMemory<byte>> segments, long offset)
    {
        if (bytes.IsSingleSegment)
        {
            RandomAccess.Write(part.Handle, bytes.FirstSpan, offset);
            part.Wrote(offset + bytes.Length);
            return;
        }

        segments.Clear();
        foreach (var segment in bytes)
        {
            segments.Add(segment);
        }

        RandomAccess.Write(part.Handle, segments, offset);
        part.Wrote(offset + bytes.Length);
    }
}
