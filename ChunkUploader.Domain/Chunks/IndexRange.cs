namespace ChunkUploader.Domain.Chunks;

/// <summary>A range of chunk indices, both ends included.</summary>
public readonly record struct IndexRange(int First, int Last);
