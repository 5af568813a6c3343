using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ChunkUploader.Domain.Hashing;

/// <summary>The SHA-256 digest of a block or of a chunk: 32 bytes, written as 64 lower-case hex digits.</summary>
public readonly record struct Sha256Digest
{
    public const int ByteLength = SHA256.HashSizeInBytes;

    readonly UInt128 _high;
    readonly UInt128 _low;

    /// <param name="bytes">Exactly 32 bytes.</param>
    public Sha256Digest(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, ByteLength);
        _high = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        _low = BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]);
    }

    public static Sha256Digest Of(ReadOnlySpan<byte> content)
    {
        Span<byte> bytes = stackalloc byte[ByteLength];
        SHA256.HashData(content, bytes);
        return new Sha256Digest(bytes);
    }

    public static bool TryParse(string? hex, out Sha256Digest digest)
    {
        Span<byte> bytes = stackalloc byte[ByteLength];
        var valid = Hex.TryRead(hex, bytes);
        digest = valid ? new Sha256Digest(bytes) : default;
        return valid;
    }

    /// <summary>The bytes of several digests, one behind the other.</summary>
    public static byte[] Join(ReadOnlySpan<Sha256Digest> digests)
    {
        var bytes = new byte[digests.Length * ByteLength];
        for (var i = 0; i < digests.Length; i++)
        {
            digests[i].CopyTo(bytes.AsSpan(i * ByteLength));
        }

        return bytes;
    }

    /// <summary>Takes apart what <see cref="Join"/> has put together.</summary>
    public static Sha256Digest[] Split(ReadOnlySpan<byte> bytes)
    {
        var digests = new Sha256Digest[bytes.Length / ByteLength];
        for (var i = 0; i < digests.Length; i++)
        {
            digests[i] = new Sha256Digest(bytes.Slice(i * ByteLength, ByteLength));
        }

        return digests;
    }

    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt128BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt128BigEndian(destination[16..], _low);
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[ByteLength];
        CopyTo(bytes);
        return bytes;
    }

    public override string ToString() => Convert.ToHexStringLower(ToBytes());
}
