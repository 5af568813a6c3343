namespace ChunkUploader.Domain.Chunks;

/// <summary>One chunk's place in its file; offset and length in bytes.</summary>
public readonly record struct ChunkRange(int Index, long Offset, long Length)
{
    public long End => Offset + Length;
}
