using System.Buffers;
using System.IO.Pipelines;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Chunks;

namespace ChunkUploader.Infrastructure.Storage;

/// <summary>Reads chunks' bodies as they come in: buffer by buffer, each handed on with its offset in the file.</summary>
/// <param name="slots">How many buffers are handed on at a time: a slow disk blocks the threads that write to it, and must
/// not block all there are.</param>
sealed class BodyReader(SemaphoreSlim slots)
{
    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunkLengthMismatch"/>: the body is not exactly as
    /// long as its chunk. No byte beyond the chunk is handed on.</exception>
    public async Task ForEachAsync(
        PipeReader body, ChunkRange range, Action<ReadOnlySequence<byte>, long> take, CancellationToken ct)
    {
        var end = await ForEachAsync(body, range.Offset, range.End, () => WrongLength(range, "more"), take, ct);
        if (end < range.End)
        {
            throw WrongLength(range, $"only {end - range.Offset}");
        }
    }

    /// <param name="offset">Where the body's first byte belongs.</param>
    /// <param name="limit">Where the body must end at the latest; no byte beyond it is handed on.</param>
    /// <param name="tooLong">What is thrown where it does not.</param>
    /// <returns>Where the body ends.</returns>
    public async Task<long> ForEachAsync(
        PipeReader body,
        long offset,
        long limit,
        Func<UploadException> tooLong,
        Action<ReadOnlySequence<byte>, long> take,
        CancellationToken ct)
    {
        while (true)
        {
            var result = await body.ReadAsync(ct);
            var bytes = result.Buffer;
            if (bytes.Length > limit - offset)
            {
                body.AdvanceTo(bytes.Start);
                throw tooLong();
            }

            if (!bytes.IsEmpty)
            {
                try
                {
                    await slots.WaitAsync(ct);
                    try
                    {
                        take(bytes, offset);
                    }
                    finally
                    {
                        slots.Release();
                    }
                }
                catch
                {
                    body.AdvanceTo(bytes.Start); // the body can be drained, so that the refusal is heard
                    throw;
                }

                offset += bytes.Length;
            }

            body.AdvanceTo(bytes.End);
            if (result.IsCompleted)
            {
                return offset;
            }
        }
    }

    static UploadException WrongLength(ChunkRange range, string actual) =>
        new(
            UploadErrorCode.ChunkLengthMismatch,
            $"Chunk {range.Index} has {range.Length} bytes; {actual} came.");
}
