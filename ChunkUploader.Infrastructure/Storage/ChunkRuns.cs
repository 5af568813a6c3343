using System.Buffers;
using System.IO.Pipelines;
using ChunkUploader.Domain.Uploads;

namespace ChunkUploader.Infrastructure.Storage;

/// <summary>Chunks' bodies as they come in: runs of bytes, each handed on with its offset in the file.</summary>
/// <param name="turns">How many runs are handed on at a time: a slow disk blocks the threads that write to it, and must
/// not block all there are.</param>
sealed class ChunkRuns(SemaphoreSlim turns)
{
    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunkLengthMismatch"/>: the body is not exactly as
    /// long as its chunk. No byte beyond the chunk is handed on.</exception>
    public async Task ForEachAsync(
        PipeReader body, ChunkRange range, Action<ReadOnlySequence<byte>, long> take, CancellationToken ct)
    {
        var offset = range.Offset;
        while (true)
        {
            var result = await body.ReadAsync(ct);
            var bytes = result.Buffer;
            if (bytes.Length > range.End - offset)
            {
                body.AdvanceTo(bytes.Start);
                throw WrongLength(range, "more");
            }

            if (!bytes.IsEmpty)
            {
                await turns.WaitAsync(ct);
                try
                {
                    take(bytes, offset);
                }
                finally
                {
                    turns.Release();
                }

                offset += bytes.Length;
            }

            body.AdvanceTo(bytes.End);
            if (result.IsCompleted)
            {
                break;
            }
        }

        if (offset < range.End)
        {
            throw WrongLength(range, $"only {offset - range.Offset}");
        }
    }

    static UploadException WrongLength(ChunkRange range, string actual) =>
        new(
            UploadErrorCode.ChunkLengthMismatch,
            $"Chunk {range.Index} has {range.Length} bytes; {actual} came.");
}
