using System.Buffers;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Hashing;

namespace ChunkUploader.Infrastructure.Storage;

/// <summary>
/// Hashes a buffer of each of several parts, side by side. Their bytes are read first, into memory that is borrowed for
/// the time, as long as a buffer for each lane: 4 MiB at most.
/// </summary>
/// <param name="fail">Is told which part could not be read; the others go on.</param>
sealed class BackgroundHasherGroup(IPartStore store, Md5Lanes lanes, Action<ResumableHasher, Exception> fail)
{
    const int BufferLength = 128 * 1024;

    /// <summary>
    /// Side by side, the same place of every buffer is read: a power of two from each other they would all compete for
    /// the same few lines of the processor's cache.
    /// </summary>
    const int Stride = BufferLength + 64;

    /// <summary>How many parts go side by side.</summary>
    public int MaxCount => lanes.Count;

    public void Append(IReadOnlyList<ResumableHasher> digests)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(lanes.Count * Stride);
        try
        {
            var read = new List<ResumableHasher>(digests.Count);
            var runs = new List<(int Offset, int Length)>(digests.Count);
            foreach (var digest in digests)
            {
                var offset = read.Count * Stride;
                if (Read(digest, bytes.AsMemory(offset, BufferLength)) is { } length)
                {
                    read.Add(digest);
                    runs.Add((offset, length));
                }
            }

            MultiBufferHasher.Append(lanes, read, bytes, runs);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <returns>How many bytes were read; null if they could not be.</returns>
    int? Read(ResumableHasher digest, Memory<byte> buffer)
    {
        var read = 0;
        try
        {
            var length = Math.Min(buffer.Length, digest.Lag);
            if (length > 0)
            {
                store.ReadAsync(digest.Blob, digest.Position, length, Take, CancellationToken.None)
                    .GetAwaiter().GetResult();
            }

            return read;
        }
        catch (Exception exception)
        {
            fail(digest, exception);
            return null;
        }

        void Take(ReadOnlySequence<byte> run)
        {
            run.CopyTo(buffer.Span[read..]);
            read += (int)run.Length;
        }
    }
}
