namespace ChunkUploader.Domain.Chunks;

/// <summary>A run of chunk indices, both ends included.</summary>
public readonly record struct IndexRange(int First, int Last);
