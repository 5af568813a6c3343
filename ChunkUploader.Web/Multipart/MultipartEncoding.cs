using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace ChunkUploader.Web.Multipart;

/// <summary>
/// How the text of a multipart form is read: by the form's own <c>_charset_</c> (WHATWG HTML, 4.10.22.4), else as UTF-8, which
/// hardly anything else is by chance. Where it is none, pages of an old charset have sent it: read by the part's charset, else
/// by the one of the browser's language (WHATWG HTML, 13.2.3.2), else as Windows-1252. No byte is lost as U+FFFD.
/// </summary>
/// <param name="language">What the browser prefers, such as <c>zh-CN</c>.</param>
public sealed partial class MultipartEncoding(string language)
{
    const string Delimiters = "\r\n:;=\"'%";
    const int Windows1252 = 1252;

    /// <summary>The charset of old pages, by how the language begins; the first that fits.</summary>
    static readonly (string Language, int CodePage)[] OfLanguages =
    [
        ("zh-TW", 950), ("zh-HK", 950), ("zh-MO", 950), ("zh-Hant", 950), ("zh", 54936), ("ja", 932), ("ko", 949),
        ("ru", 1251), ("uk", 1251), ("bg", 1251), ("pl", 1250), ("cs", 1250), ("hu", 1250), ("el", 1253), ("tr", 1254),
        ("he", 1255), ("ar", 1256),
    ];

    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>What the form says in its field <c>_charset_</c>.</summary>
    public string? Charset { get; set; }

    public static MultipartEncoding Of(HttpRequest request) =>
        new(request.GetTypedHeaders().AcceptLanguage.MaxBy(language => language.Quality ?? 1)?.Value.ToString() ?? "");

    /// <summary>Null where the bytes are neither of the form's charset, as far as it is known, nor UTF-8.</summary>
    public string? TryDecode(in ReadOnlySequence<byte> bytes) => TryDecode(Find(Charset), bytes) ?? TryDecode(Utf8, bytes);

    /// <summary>The text of a part's headers that are no UTF-8; the charset of its text is one of them.</summary>
    public string DecodeLegacyHead(in ReadOnlySequence<byte> bytes) =>
        DecodeLegacy(bytes, CharsetParameter().Match(Encoding.Latin1.GetString(bytes)).Groups[1].Value);

    /// <param name="charset">What the part says; null where it says nothing.</param>
    public string DecodeLegacy(in ReadOnlySequence<byte> bytes, string? charset) =>
        TryDecode(Find(Charset), bytes)
        ?? TryDecode(Find(charset), bytes)
        ?? TryDecode(OfLanguage(), bytes)
        ?? Legacy(Windows1252).GetString(bytes); // which has a character for every byte

    public static bool IsUtf8(string name) =>
        name.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || name.Equals("utf8", StringComparison.OrdinalIgnoreCase);

    /// <summary>A charset by its name; null where there is none, where it is UTF-8, or where it is none of a form's, in
    /// which the delimiters of the headers are ASCII.</summary>
    public static Encoding? Find(string? name)
    {
        try
        {
            var found = string.IsNullOrWhiteSpace(name) ? null
                : CodePagesEncodingProvider.Instance.GetEncoding(name.Trim()) ?? Encoding.GetEncoding(name.Trim());
            return found is null or UTF8Encoding || !found.GetBytes(Delimiters).AsSpan().SequenceEqual(Encoding.ASCII.GetBytes(Delimiters))
                ? null
                : found;
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            return null; // UTF-7 is known, and not supported
        }
    }

    /// <summary>Null where the bytes are none of that charset's.</summary>
    public static string? TryDecode(Encoding? encoding, in ReadOnlySequence<byte> bytes)
    {
        if (encoding is null)
        {
            return null;
        }

        var strict = (Encoding)encoding.Clone();
        strict.DecoderFallback = DecoderFallback.ExceptionFallback;
        try
        {
            return strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    Encoding? OfLanguage() =>
        OfLanguages.FirstOrDefault(row => language.StartsWith(row.Language, StringComparison.OrdinalIgnoreCase)) is { CodePage: > 0 } row
            ? Legacy(row.CodePage)
            : null;

    static Encoding Legacy(int codePage) => CodePagesEncodingProvider.Instance.GetEncoding(codePage)!;

    [GeneratedRegex("""^Content-Type:.*;\s*charset\s*=\s*"?([^\s";]+)""", RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex CharsetParameter();
}
