using System.IO.Pipelines;

namespace ChunkUploader.Domain.Chunks;

/// <summary>A chunk as it arrives.</summary>
/// <param name="Bytes">Read once, never held whole.</param>
/// <param name="Expected">The digests, where they were said ahead of the bytes.</param>
public sealed record ChunkBody(PipeReader Bytes, DeclaredDigests? Expected = null)
{
    /// <summary>In bytes, where the chunk was staged before anybody knew its place; else null.</summary>
    public long? Length { get; init; }

    /// <summary>When its request came; null where that was just now.</summary>
    public DateTimeOffset? Began { get; init; }

    /// <summary>How many bytes the request can bring, by what it says of its length; null where it does not.</summary>
    public (long Min, long Max)? Announced { get; init; }

    /// <summary>Reads a chunk that was staged once more, from its start.</summary>
    public Func<PipeReader>? Reopen { get; init; }

    /// <summary>Asked after the bytes: form fields may come behind the file part.</summary>
    public Func<CancellationToken, Task<DeclaredDigests?>>? ReadLateDigestsAsync { get; init; }

    /// <summary>Looks at what was announced, before a byte is read.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunkLengthMismatch"/>: the chunk cannot be as long
    /// as it has to be.</exception>
    public void EnsureMayFill(ChunkRange range)
    {
        if (Announced is var (min, max) && (range.Length < min || range.Length > max))
        {
            throw new UploadException(
                UploadErrorCode.ChunkLengthMismatch,
                $"Chunk {range.Index} has {range.Length} bytes; the request brings {(min > 0 ? min : max)}.");
        }
    }

    /// <summary>Compares a chunk that was staged with the digests that were announced, if any were.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunkDigestMismatch"/>: it was damaged on its way.
    /// </exception>
    public async Task VerifyAsync(CancellationToken ct)
    {
        if (Reopen is null || await ReadDeclaredAsync(ct) is null)
        {
            return;
        }

        using var hasher = new ChunkHasher(Expected);
        var bytes = Reopen();
        try
        {
            for (var isOver = false; !isOver;)
            {
                var read = await bytes.ReadAsync(ct);
                hasher.Append(read.Buffer);
                bytes.AdvanceTo(read.Buffer.End);
                isOver = read.IsCompleted;
            }
        }
        finally
        {
            await bytes.CompleteAsync();
        }

        await hasher.FinishAsync(this, ct);
    }

    /// <summary>The digests that were announced, once the bytes have been read; null if none were.</summary>
    public async Task<DeclaredDigests?> ReadDeclaredAsync(CancellationToken ct) =>
        Expected ?? (ReadLateDigestsAsync is { } read ? await read(ct) : null);
}
