using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using ChunkUploader.Domain.Hashing;

namespace ChunkUploader.Domain;

/// <summary>
/// The id of a <typeparamref name="T"/>: 128 random bits, written as 32 lower-case hex digits. Whoever knows the id of
/// a session or of a stored file may act on it, so it comes from the system's random source and cannot be guessed.
/// </summary>
public readonly record struct Id<T>(UInt128 Value)
{
    public const int ByteLength = 16;

    public static Id<T> New() => FromBytes(RandomNumberGenerator.GetBytes(ByteLength));

    public static Id<T> FromBytes(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt128BigEndian(bytes));

    public byte[] ToBytes()
    {
        var bytes = new byte[ByteLength];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);
        return bytes;
    }

    public static bool TryParse([NotNullWhen(true)] string? text, out Id<T> id)
    {
        id = default;
        if (text is not { Length: 2 * ByteLength } || text.AsSpan().ContainsAnyExcept(Hex.LowerDigits))
        {
            return false;
        }

        id = FromBytes(Convert.FromHexString(text));
        return true;
    }

    public override string ToString() => Value.ToString("x32", CultureInfo.InvariantCulture);
}
