using System.Buffers;

namespace ChunkUploader.Domain.Hashing;

/// <summary>The hexadecimal digits that ids and digests are written in.</summary>
static class Hex
{
    public static readonly SearchValues<char> LowerDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>Reads exactly <paramref name="bytes"/>.Length bytes; both cases of letters are taken.</summary>
    public static bool TryRead(string? text, Span<byte> bytes) =>
        text?.Length == 2 * bytes.Length
        && Convert.FromHexString(text, bytes, out _, out var written) == OperationStatus.Done
        && written == bytes.Length;
}
