namespace ChunkUploader.Domain.Hashing;

/// <summary>
/// The unit of the content hash: 4 MiB of a file, counted from its start; the last block is the remainder.
/// </summary>
public static class Block
{
    public const int Size = 4 * 1024 * 1024;

    /// <summary>How many blocks a file of <paramref name="size"/> bytes has; 0 for an empty one.</summary>
    public static int CountOf(long size) => checked((int)((size + Size - 1) / Size));

    /// <summary>How many bytes block <paramref name="index"/> of a file of <paramref name="size"/> bytes has.</summary>
    public static int LengthOf(int index, long size) => (int)Math.Min(Size, size - ((long)index * Size));
}
