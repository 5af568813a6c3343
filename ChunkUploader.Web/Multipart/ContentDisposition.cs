using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ChunkUploader.Web.Multipart;

/// <summary>
/// The value of a part's Content-Disposition header, as it is sent rather than as RFC 6266 has it. Browsers escape only
/// three characters, as %22, %0D and %0A, and a backslash means itself (WHATWG HTML, multipart form data); older
/// clients write a quote as \"; .NET adds <c>filename*</c>.
/// </summary>
readonly partial record struct ContentDisposition(string Name, string? FileName)
{
    public static ContentDisposition Parse(ReadOnlySpan<char> header)
    {
        string? name = null, fileName = null, extendedFileName = null;
        var hasExtendedFileName = false;
        if (!TakeUntil(ref header, ";").Equals("form-data", StringComparison.OrdinalIgnoreCase))
        {
            throw MalformedFormException.Part("A part's Content-Disposition must be form-data.");
        }

        while (!header.IsEmpty)
        {
            var parameter = TakeUntil(ref header, ";=", out var hasValue);
            var value = hasValue ? TakeValue(ref header) : "";
            if (parameter.Equals("name", StringComparison.OrdinalIgnoreCase))
            {
                name ??= Unescape(value);
            }
            else if (parameter.Equals("filename", StringComparison.OrdinalIgnoreCase))
            {
                fileName ??= Unescape(value);
            }
            else if (parameter.Equals("filename*", StringComparison.OrdinalIgnoreCase))
            {
                hasExtendedFileName = true; // a file, even if its name cannot be read
                extendedFileName ??= DecodeExtended(value);
            }
        }

        if (name is null)
        {
            throw MalformedFormException.Part("A part has no name.");
        }

        return new ContentDisposition(name, extendedFileName
            ?? (fileName is not null ? EncodedWords.Decode(fileName) : hasExtendedFileName ? "" : null));
    }

    static ReadOnlySpan<char> TakeUntil(ref ReadOnlySpan<char> rest, string ends) => TakeUntil(ref rest, ends, out _);

    static ReadOnlySpan<char> TakeUntil(ref ReadOnlySpan<char> rest, string ends, out bool hasValue)
    {
        var end = rest.IndexOfAny(ends);
        hasValue = end >= 0 && rest[end] == '=';
        var taken = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 1)..];
        return taken.Trim();
    }

    static string TakeValue(ref ReadOnlySpan<char> rest)
    {
        var trimmed = rest.TrimStart();
        if (!trimmed.StartsWith('"'))
        {
            return TakeUntil(ref rest, ";").ToString();
        }

        var text = trimmed[1..];
        for (var end = 0; end < text.Length; end++)
        {
            if (text[end] != '"' || (end > 0 && text[end - 1] == '\\' && !CanFollowValue(text[(end + 1)..])))
            {
                continue;
            }

            rest = text[(end + 1)..];
            TakeUntil(ref rest, ";");
            return text[..end].ToString();
        }

        throw MalformedFormException.Part("A quoted value in a part's header does not end.");
    }

    // After a backslash a quote may be the last character of a value that ends in that backslash, or an escaped one. It
    // ends the value where another parameter or nothing follows, in which all quotes have their pair.
    static bool CanFollowValue(ReadOnlySpan<char> rest) =>
        rest.TrimStart() is [] or [';', ..] && int.IsEvenInteger(rest.Count('"'));

    static string Unescape(string value) => value
        .Replace("\\\"", "\"", StringComparison.Ordinal)
        .Replace("%22", "\"", StringComparison.Ordinal)
        .Replace("%0D", "\r", StringComparison.Ordinal)
        .Replace("%0A", "\n", StringComparison.Ordinal);

    /// <summary>RFC 8187, charset'language'percent-encoded; null, so that the plain name is used, if it is not.</summary>
    static string? DecodeExtended(string value)
    {
        if (value.Split('\'', 3) is not [var charset, _, var encoded])
        {
            return null;
        }

        if (MultipartEncoding.IsUtf8(charset))
        {
            return Uri.UnescapeDataString(encoded); // what is no UTF-8 stays as it is
        }

        // Each byte as a character of its own, which Latin-1 has for all of them.
        var bytes = Encoding.Latin1.GetBytes(Escaped().Replace(
            encoded, match => $"{(char)byte.Parse(match.ValueSpan[1..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)}"));
        return MultipartEncoding.TryDecode(MultipartEncoding.Find(charset), new ReadOnlySequence<byte>(bytes));
    }

    [GeneratedRegex("%[0-9A-Fa-f]{2}")]
    private static partial Regex Escaped();
}
