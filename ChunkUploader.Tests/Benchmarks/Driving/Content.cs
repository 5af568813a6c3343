using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ChunkUploader.Tests.Benchmarks.Driving;

/// <summary>
/// Bytes to send: one random block in memory whose first bytes, the stamp, are different for each chunk of each file,
/// so that no two files, and no two chunks, are the same.
/// </summary>
static class Content
{
    public const int StampLength = 16;
    static readonly byte[] Block = RandomNumberGenerator.GetBytes(64 * 1024 * 1024);
    static readonly long Run = BinaryPrimitives.ReadInt64LittleEndian(RandomNumberGenerator.GetBytes(8));

    public static byte[] Stamp(int file, int chunk)
    {
        var stamp = new byte[StampLength];
        BinaryPrimitives.WriteInt64LittleEndian(stamp, Run);
        BinaryPrimitives.WriteInt32LittleEndian(stamp.AsSpan(8), file);
        BinaryPrimitives.WriteInt32LittleEndian(stamp.AsSpan(12), chunk);
        return stamp;
    }

    /// <summary>What follows the stamp in a chunk of this length.</summary>
    public static ReadOnlySpan<byte> Rest(long chunkLength) =>
        Block.AsSpan(StampLength, (int)chunkLength - StampLength);

    /// <summary>A whole chunk, without copying: for what needs no stamp.</summary>
    public static ReadOnlyMemory<byte> Bytes(int length) => Block.AsMemory(0, length);

    /// <summary>The MD5 of a file as it is sent.</summary>
    public static string Md5(int file, long size, int chunkSize)
    {
#pragma warning disable CA5351 // The key that files are looked up by.
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
#pragma warning restore CA5351
        for (var chunk = 0; chunk * (long)chunkSize < size; chunk++)
        {
            md5.AppendData(Stamp(file, chunk));
            md5.AppendData(Rest(Math.Min(chunkSize, size - (chunk * (long)chunkSize))));
        }

        return Convert.ToHexStringLower(md5.GetHashAndReset());
    }
}
