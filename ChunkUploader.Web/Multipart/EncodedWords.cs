using System.Text;
using System.Text.RegularExpressions;

namespace ChunkUploader.Web.Multipart;

/// <summary>Names as mail programs write them (RFC 2047): <c>=?UTF-8?B?…?=</c>. Some clients do so in forms, too.</summary>
static partial class EncodedWords
{
    public static string Decode(string text) =>
        text.Contains("=?", StringComparison.Ordinal)
            ? Word().Replace(Gap().Replace(text, "?==?"), DecodeWord)
            : text;

    /// <summary>What cannot be decoded stays as it is.</summary>
    static string DecodeWord(Match word)
    {
        var (charset, isBase64, encoded) =
            (word.Groups[1].Value, word.Groups[2].Value is "b" or "B", word.Groups[3].Value);
        try
        {
            var bytes = isBase64 ? Convert.FromBase64String(encoded) : FromQuoted(encoded);
            var encoding = charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
                ? Encoding.UTF8
                : MultipartEncoding.Find(charset);
            return encoding?.GetString(bytes) ?? word.Value;
        }
        catch (FormatException)
        {
            return word.Value;
        }
    }

    static byte[] FromQuoted(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '=')
            {
                bytes.AddRange(Convert.FromHexString(text.AsSpan(i + 1, Math.Min(2, text.Length - i - 1))));
                i += 2;
            }
            else
            {
                bytes.Add(text[i] == '_' ? (byte)' ' : (byte)text[i]);
            }
        }

        return [.. bytes];
    }

    [GeneratedRegex(@"=\?([A-Za-z0-9._-]+)(?:\*[A-Za-z-]+)?\?([bBqQ])\?([!-~]*?)\?=")]
    private static partial Regex Word();

    /// <summary>What stands between two words is no part of the text.</summary>
    [GeneratedRegex(@"\?=\s+=\?")]
    private static partial Regex Gap();
}
