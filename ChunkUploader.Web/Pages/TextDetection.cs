using System.Buffers;
using System.Text;
using UtfUnknown;

namespace ChunkUploader.Web.Previews;

/// <summary>Tells from a file's first bytes whether it is text, and in which encoding.</summary>
static class TextDetection
{
    /// <summary>Enough to tell; more makes it no surer.</summary>
    public const int SampleLength = 64 * 1024;

    const int Gb18030 = 54936;
    const int Windows1252 = 1252;
    const float SureEnough = 0.5f;

    /// <summary>Bytes that are in no text: those below the space, but for white space, backspace and escape.</summary>
    static readonly SearchValues<byte> Controls = SearchValues.Create(
        [.. Enumerable.Range(0, ' ').Select(value => (byte)value).Except("\b\t\n\v\f\r\e"u8.ToArray())]);

    static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="start">The first bytes.</param>
    /// <param name="isCut">Whether there are more, so that the last character may be incomplete.</param>
    /// <param name="prefersChinese">What the reader's language is, where the bytes do not tell.</param>
    /// <returns>Null where the bytes are no text.</returns>
    public static Encoding? Detect(ReadOnlySpan<byte> start, bool isCut, bool prefersChinese)
    {
        if (start.StartsWith(Encoding.UTF32.Preamble) || start.StartsWith("%PDF-"u8))
        {
            return null; // no browser reads the one, no person the other
        }

        if (start.StartsWith(Encoding.Unicode.Preamble))
        {
            return Encoding.Unicode;
        }

        if (start.StartsWith(Encoding.BigEndianUnicode.Preamble))
        {
            return Encoding.BigEndianUnicode;
        }

        if (WideEncodingOf(start) is { } wide)
        {
            return wide.GetString(start).Any(IsControl) ? null : wide;
        }

        if (start.ContainsAny(Controls))
        {
            return null;
        }

        return IsUtf8(isCut ? WithoutIncomplete(start) : start) ? Encoding.UTF8 : DetectLegacy(start, prefersChinese);
    }

    /// <summary>UTF-16 without a mark: of ASCII characters, every other byte is zero.</summary>
    static Encoding? WideEncodingOf(ReadOnlySpan<byte> start)
    {
        int even = 0, odd = 0;
        for (var i = 0; i + 1 < start.Length; i += 2)
        {
            even += start[i] == 0 ? 1 : 0;
            odd += start[i + 1] == 0 ? 1 : 0;
        }

        var pairs = start.Length / 2;
        return pairs < 2 ? null
            : odd > pairs / 2 && even == 0 ? Encoding.Unicode
            : even > pairs / 2 && odd == 0 ? Encoding.BigEndianUnicode
            : null;
    }

    static bool IsControl(char character) => character < ' ' && Controls.Contains((byte)character);

    static bool IsUtf8(ReadOnlySpan<byte> bytes)
    {
        try
        {
            StrictUtf8.GetCharCount(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    static ReadOnlySpan<byte> WithoutIncomplete(ReadOnlySpan<byte> bytes)
    {
        for (var back = 1; back <= Math.Min(4, bytes.Length); back++)
        {
            if ((bytes[^back] & 0b1100_0000) != 0b1000_0000) // not a continuation: the character begins here
            {
                return bytes[..^back];
            }
        }

        return bytes;
    }

    static Encoding DetectLegacy(ReadOnlySpan<byte> start, bool prefersChinese)
    {
        var found = CharsetDetector.DetectFromBytes(start[..Math.Min(start.Length, SampleLength)].ToArray()).Detected;
        var provider = CodePagesEncodingProvider.Instance;
        return (found is { Confidence: >= SureEnough } ? provider.GetEncoding(found.EncodingName) : null)
            ?? provider.GetEncoding(prefersChinese ? Gb18030 : Windows1252)!;
    }
}
