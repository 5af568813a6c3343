using System.Buffers;
using System.IO.Pipelines;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Content;
using ChunkUploader.Domain.Uploads;
using Microsoft.Win32.SafeHandles;

namespace ChunkUploader.Infrastructure.Storage;

/// <summary>Writes bodies to parts as they arrive.</summary>
sealed class PartWriter(BlobPaths paths, ChunkRuns runs, PartFlusher flusher, Func<long> freeBytes)
{
    /// <summary>Chunks that long are given their room at once.</summary>
    const int AllocatedLength = 1024 * 1024;

    /// <inheritdoc cref="IBlobStore.WriteChunkAsync"/>
    public async Task WriteChunkAsync(
        Id<Blob> blob, ChunkRange range, PipeReader body, Action<ReadOnlySequence<byte>> observe, CancellationToken ct)
    {
        flusher.EnsureNotLost(blob);
        EnsureRoom(range.Length);
        try
        {
            using var handle = OpenPart(blob);
            if (range.Length >= AllocatedLength)
            {
                Disk.Allocate(handle, range.Offset, range.Length);
            }

            var segments = new List<ReadOnlyMemory<byte>>();
            await runs.ForEachAsync(
                body,
                range,
                (bytes, offset) =>
                {
                    observe(bytes);
                    Write(handle, bytes, segments, offset);
                },
                ct);
        }
        catch (IOException exception) when (Disk.IsFull(exception))
        {
            throw Full();
        }

        flusher.EnsureNotLost(blob);
        flusher.Wrote(blob, range.Length);
    }

    /// <inheritdoc cref="IBlobStore.WriteAsync"/>
    public async Task<long> WriteAsync(
        Id<Blob> blob,
        PipeReader body,
        long maxLength,
        Action<ReadOnlySequence<byte>> observe,
        CancellationToken ct)
    {
        try
        {
            using var handle = OpenPart(blob);
            var segments = new List<ReadOnlyMemory<byte>>();
            return await runs.ForEachAsync(
                body,
                0,
                maxLength,
                () => TooLarge(maxLength),
                (bytes, offset) =>
                {
                    EnsureRoom(bytes.Length); // nobody has said how much there will be
                    observe(bytes);
                    Write(handle, bytes, segments, offset);
                    flusher.Wrote(blob, bytes.Length);
                },
                ct);
        }
        catch (IOException exception) when (Disk.IsFull(exception))
        {
            throw Full();
        }
    }

    SafeFileHandle OpenPart(Id<Blob> blob) =>
        File.OpenHandle(
            paths.PartOf(blob), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);

    void EnsureRoom(long length)
    {
        if (length > freeBytes())
        {
            throw Full();
        }
    }

    /// <summary>In one call, however many segments there are.</summary>
    static void Write(
        SafeFileHandle handle, in ReadOnlySequence<byte> bytes, List<ReadOnlyMemory<byte>> segments, long offset)
    {
        if (bytes.IsSingleSegment)
        {
            RandomAccess.Write(handle, bytes.FirstSpan, offset);
            return;
        }

        segments.Clear();
        foreach (var segment in bytes)
        {
            segments.Add(segment);
        }

        RandomAccess.Write(handle, segments, offset);
    }

    static UploadException TooLarge(long maxLength) =>
        new(UploadErrorCode.FileTooLarge, $"The file is larger than {maxLength} bytes, the most that is taken here.");

    static UploadException Full() =>
        new(UploadErrorCode.StorageFull, "There is no room left on the server.");
}
