using System.Buffers;
using System.IO.Pipelines;
using ChunkUploader.Domain.Catalog;

namespace ChunkUploader.Domain.Chunks;

/// <summary>Stored bytes as they would come from a client.</summary>
static class StoredRange
{
    const int BatchSize = 256 * 1024;

    /// <summary>
    /// Reads a range of a part or blob. The reader has to be completed: then reading ends. Where bytes are missing it
    /// throws an <see cref="UnreadableException"/>.
    /// </summary>
    public static PipeReader Open(IPartStore partStore, Id<Blob> blob, long offset, long length)
    {
        var pipe = new Pipe();
        _ = PumpAsync(partStore, blob, offset, length, pipe.Writer);
        return pipe.Reader;
    }

    static async Task PumpAsync(IPartStore partStore, Id<Blob> blob, long offset, long length, PipeWriter writer)
    {
        try
        {
            for (var end = offset + length; offset < end;)
            {
                var batch = Math.Min(BatchSize, end - offset);
                await partStore.ReadAsync(blob, offset, batch, bytes => Write(bytes, writer), CancellationToken.None);
                if ((await writer.FlushAsync()).IsCompleted)
                {
                    break;
                }

                offset += batch;
            }

            await writer.CompleteAsync();
        }
        catch (Exception exception)
        {
            await writer.CompleteAsync(new UnreadableException(exception));
        }
    }

    static void Write(in ReadOnlySequence<byte> bytes, PipeWriter writer)
    {
        foreach (var segment in bytes)
        {
            writer.Write(segment.Span);
        }
    }

    /// <summary>Stored bytes cannot be read; told apart from a failure to write them where they are copied to.</summary>
    public sealed class UnreadableException(Exception cause) : IOException(cause.Message, cause);
}
