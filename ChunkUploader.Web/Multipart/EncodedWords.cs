using System.Buffers;
using System.Text;

namespace ChunkUploader.Web.Multipart;

/// <summary>Names as mail programs write them (RFC 2047): <c>=?UTF-8?B?…?=</c>. Some clients do so in forms, too.</summary>
public static class EncodedWords
{
    /// <summary>In characters: of the longest name, in one word, though the standard allows 75.</summary>
    const int MaxLength = 2048;

    const string Begin = "=?";
    const string End = "?=";

    /// <summary>What cannot be decoded stays as it is. No word is looked for further than a word is long.</summary>
    public static string Decode(string text)
    {
        var decoded = new StringBuilder();
        var last = text.LastIndexOf(End, StringComparison.Ordinal);
        for (var at = 0; at < text.Length;)
        {
            var begin = text.IndexOf(Begin, at, StringComparison.Ordinal);
            if (begin < 0 || last <= begin)
            {
                return decoded.Append(text, at, text.Length - at).ToString();
            }

            decoded.Append(text, at, begin - at);
            at = begin;
            if (DecodeWords(text, ref at) is { } words)
            {
                decoded.Append(words);
            }
            else
            {
                decoded.Append(Begin);
                at += Begin.Length;
            }
        }

        return decoded.ToString();
    }

    /// <summary>Words that follow one another are one text, which may be cut within a character; what stands between them is
    /// no part of it.</summary>
    /// <param name="at">Where they begin; moved behind them.</param>
    /// <returns>Null where there is no word.</returns>
    static string? DecodeWords(string text, ref int at)
    {
        var bytes = new List<byte>();
        var (charset, end, next) = ((string?)null, at, at);
        while (ParseWord(text, next) is var (wordCharset, wordBytes, wordEnd)
            && (charset is null || charset.Equals(wordCharset, StringComparison.OrdinalIgnoreCase)))
        {
            (charset, end) = (wordCharset, wordEnd);
            bytes.AddRange(wordBytes);
            next = end;
            while (next < text.Length && char.IsWhiteSpace(text[next]))
            {
                next++;
            }
        }

        if (charset is null)
        {
            return null;
        }

        var encoding = MultipartEncoding.IsUtf8(charset) ? Encoding.UTF8 : MultipartEncoding.Find(charset);
        if (ParseWord(text, next) is not null)
        {
            end = next; // one of another charset
        }

        var (begin, words) = (at, MultipartEncoding.TryDecode(encoding, new ReadOnlySequence<byte>([.. bytes])));
        at = end;
        return words ?? text[begin..end];
    }

    /// <summary><c>=?charset*language?B or Q?text?=</c></summary>
    static (string Charset, byte[] Bytes, int End)? ParseWord(string text, int at)
    {
        var word = text.AsSpan(at, Math.Min(MaxLength, text.Length - at));
        if (!word.StartsWith(Begin, StringComparison.Ordinal))
        {
            return null;
        }

        word = word[Begin.Length..];
        var charsetEnd = word.IndexOf('?');
        if (charsetEnd < 1 || word.Length < charsetEnd + 3 || word[charsetEnd + 2] != '?')
        {
            return null;
        }

        var charset = word[..charsetEnd];
        var kind = char.ToUpperInvariant(word[charsetEnd + 1]);
        var encoded = word[(charsetEnd + 3)..];
        var length = encoded.IndexOf(End, StringComparison.Ordinal);
        if (length < 0
            || (kind == 'B' ? FromBase64(encoded[..length]) : kind == 'Q' ? FromQuoted(encoded[..length]) : null) is not { } bytes)
        {
            return null;
        }

        var language = charset.IndexOf('*');
        var end = at + Begin.Length + charsetEnd + 3 + length + End.Length;
        return ((language < 0 ? charset : charset[..language]).ToString(), bytes, end);
    }

    static byte[]? FromBase64(ReadOnlySpan<char> text)
    {
        var digits = text.TrimEnd('='); // which some leave out
        var padded = $"{digits}{new string('=', -digits.Length & 3)}";
        var bytes = new byte[padded.Length];
        return Convert.TryFromBase64String(padded, bytes, out var length) ? bytes[..length] : null;
    }

    static byte[]? FromQuoted(ReadOnlySpan<char> text)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '=')
            {
                if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
                {
                    return null;
                }

                bytes.AddRange(Convert.FromHexString(text.Slice(i + 1, 2)));
                i += 2;
            }
            else if (text[i] < 0x80)
            {
                bytes.Add(text[i] == '_' ? (byte)' ' : (byte)text[i]);
            }
            else
            {
                return null;
            }
        }

        return [.. bytes];
    }
}
