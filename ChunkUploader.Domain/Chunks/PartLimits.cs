namespace ChunkUploader.Domain.Chunks;

/// <summary>What a part store can take, in bytes; the operator's limits apply as well.</summary>
/// <param name="MinChunkSize">The shortest chunks that clients are asked for: each costs the store as much as a long one.
/// A file's last chunk may be shorter, and so are those of clients that choose themselves.</param>
/// <param name="MaxFileSize">The largest file that a part can become.</param>
public sealed record PartLimits(long MinChunkSize, long MaxFileSize);
