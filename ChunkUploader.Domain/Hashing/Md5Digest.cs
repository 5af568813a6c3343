using System.Buffers.Binary;

namespace ChunkUploader.Domain.Hashing;

/// <summary>
/// The MD5 digest of a whole file: 16 bytes, written as 32 lower-case hex digits. It is the key that people and older
/// clients look a file up by. It can be made to collide at will, so it never proves that two files are the same.
/// </summary>
public readonly record struct Md5Digest
{
    public const int ByteLength = 16;

    readonly UInt128 _value;

    /// <param name="bytes">Exactly 16 bytes.</param>
    public Md5Digest(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, ByteLength);
        _value = BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    public static bool TryParse(string? hex, out Md5Digest digest)
    {
        Span<byte> bytes = stackalloc byte[ByteLength];
        var valid = Hex.TryRead(hex, bytes);
        digest = valid ? new Md5Digest(bytes) : default;
        return valid;
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[ByteLength];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, _value);
        return bytes;
    }

    public override string ToString() => Convert.ToHexStringLower(ToBytes());
}
