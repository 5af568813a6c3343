using System.Buffers.Binary;

namespace ChunkUploader.Domain.Hashing;

/// <summary>
/// How far an MD5 has come at the end of a 64-byte block: all that is needed to go on from there later.
/// </summary>
public readonly record struct Md5State
{
    public const int ByteLength = 16;

    /// <param name="length">Bytes that were hashed; a multiple of 64.</param>
    /// <param name="bytes">The chaining value as <see cref="ToBytes"/> gave it: exactly 16 bytes.</param>
    public Md5State(long length, ReadOnlySpan<byte> bytes)
        : this(length, default(Md5Chain<uint>))
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, ByteLength);
        Chain = new(
            BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]));
    }

    internal Md5State(long length, Md5Chain<uint> chain)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(length % ResumableMd5.BlockLength, 0);
        (Length, Chain) = (length, chain);
    }

    /// <summary>Of no bytes at all.</summary>
    public static Md5State Empty => new(0, new Md5Chain<uint>(0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476));

    /// <summary>Bytes that were hashed; a multiple of 64.</summary>
    public long Length { get; }

    internal Md5Chain<uint> Chain { get; }

    /// <summary>The chaining value, 16 bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[ByteLength];
        CopyTo(bytes);
        return bytes;
    }

    internal void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, Chain.A);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], Chain.B);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[8..], Chain.C);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[12..], Chain.D);
    }
}
