using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace ChunkUploader.Web.Multipart;

/// <summary>
/// How the text of a multipart form is read: as UTF-8, which nothing else is by chance. Where it is none, pages of an old
/// charset have sent it: read by the form's own <c>_charset_</c> (WHATWG HTML, 4.10.22.4), else by the part's charset, else
/// as GB18030 where the browser's language is Chinese, and as Windows-1252 where it is not. No byte is lost as U+FFFD.
/// </summary>
public sealed partial class MultipartEncoding(bool prefersChinese)
{
    const string Delimiters = "\r\n:;=\"'%";
    const int Windows1252 = 1252;
    const int Gb18030 = 54936;

    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>What the form says in its field <c>_charset_</c>.</summary>
    public string? Charset { get; set; }

    public static MultipartEncoding Of(HttpRequest request) =>
        new(request.GetTypedHeaders().AcceptLanguage is [_, ..] languages
            && languages.MaxBy(language => language.Quality ?? 1)!.Value
                .StartsWith("zh", StringComparison.OrdinalIgnoreCase));

    /// <summary>Null where the bytes are no UTF-8.</summary>
    public static string? TryDecodeUtf8(in ReadOnlySequence<byte> bytes) => TryDecode(Utf8, bytes);

    /// <summary>The text of a part's headers that are no UTF-8; the charset of its text is one of them.</summary>
    public string DecodeLegacyHead(in ReadOnlySequence<byte> bytes) =>
        DecodeLegacy(bytes, CharsetParameter().Match(Encoding.Latin1.GetString(bytes)).Groups[1].Value);

    /// <param name="charset">What the part says; null where it says nothing.</param>
    public string DecodeLegacy(in ReadOnlySequence<byte> bytes, string? charset) =>
        TryDecode(Find(Charset), bytes)
        ?? TryDecode(Find(charset), bytes)
        ?? TryDecode(prefersChinese ? Legacy(Gb18030) : null, bytes)
        ?? Legacy(Windows1252).GetString(bytes); // which has a character for every byte

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
    static string? TryDecode(Encoding? encoding, in ReadOnlySequence<byte> bytes)
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

    static Encoding Legacy(int codePage) => CodePagesEncodingProvider.Instance.GetEncoding(codePage)!;

    [GeneratedRegex("""^Content-Type:.*;\s*charset\s*=\s*"?([^\s";]+)""", RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex CharsetParameter();
}
