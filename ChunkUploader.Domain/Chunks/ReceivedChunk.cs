using ChunkUploader.Domain.Hashing;

namespace ChunkUploader.Domain.Chunks;

/// <summary>A chunk that is in.</summary>
/// <param name="Digests">SHA-256 of each block of 4 MiB of the chunk.</param>
public sealed record ReceivedChunk(ChunkRange Range, Sha256Digest[] Digests)
{
    /// <summary>Which part it was written to; null for one that was loaded.</summary>
    public string? Part { get; init; }
}
