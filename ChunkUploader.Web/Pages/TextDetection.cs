using System.Buffers;
using System.Globalization;
using System.Text;
using UtfUnknown;

namespace ChunkUploader.Web.Pages;

/// <summary>Tells from a file's first bytes whether it is text, and in which encoding.</summary>
static class TextDetection
{
    /// <summary>Enough to tell; more makes it no surer.</summary>
    public const int SampleLength = 64 * 1024;

    const int Gb18030 = 54936;
    const int Windows1252 = 1252;
    const float SureEnough = 0.5f;

    /// <summary>In so many characters the detector finds other languages; in fewer, one-byte encodings look alike to it.
    /// </summary>
    const int ManyCharacters = 64;

    /// <summary>Of so many characters one may be damaged.</summary>
    const int CharactersForOneBad = 20;

    /// <summary>Bytes that are in no text: those below the space, but for white space, backspace and escape.</summary>
    static readonly SearchValues<byte> Controls = SearchValues.Create(
        [.. Enumerable.Range(0, ' ').Select(value => (byte)value).Except("\b\t\n\v\f\r\e"u8.ToArray())]);

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
            return EastAsianEncodingOf(start, isCut);
        }

        start = isCut ? WithoutIncomplete(start) : start;

        return IsUtf8(start) ? Encoding.UTF8
            : ChineseCharactersIn(start) is var count && (prefersChinese ? count > 0 : count is > 2 and < ManyCharacters)
                ? CodePagesEncodingProvider.Instance.GetEncoding(Gb18030)
            : DetectLegacy(start, prefersChinese);
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

    /// <summary>UTF-16 without a mark, of few ASCII characters.</summary>
    static Encoding? EastAsianEncodingOf(ReadOnlySpan<byte> start, bool isCut)
    {
        if (!int.IsEvenInteger(start.Length) && !isCut)
        {
            return null;
        }

        var characters = start[..(start.Length & ~1)];
        return IsEastAsian(Encoding.Unicode.GetString(characters), isCut) ? Encoding.Unicode
            : IsEastAsian(Encoding.BigEndianUnicode.GetString(characters), isCut) ? Encoding.BigEndianUnicode
            : null;
    }

    /// <summary>Of two bytes by chance every second one would be a Chinese or Korean character: here most are, none is one
    /// that texts do not have, and something separates them.</summary>
    static bool IsEastAsian(string text, bool isCut)
    {
        int letters = 0, separators = 0;
        foreach (var character in isCut ? text.AsSpan(0, text.Length - 1) : text)
        {
            if (character is (>= '\u3040' and <= '\u30ff') or (>= '\u4e00' and <= '\u9fff') or (>= '\uac00' and <= '\ud7a3'))
            {
                letters++;
            }
            else if (char.IsWhiteSpace(character) || character is '，' or '。' or '、')
            {
                separators++;
            }
            else if (IsControl(character) || character is '\ufffd'
                || char.GetUnicodeCategory(character) is UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse)
            {
                return false;
            }
        }

        return letters >= 4 && letters * 2 > text.Length && separators > 0;
    }

    static bool IsControl(char character) => character < ' ' && Controls.Contains((byte)character);

    /// <summary>Also where a log was cut or damaged somewhere: in no other encoding do so many bytes go together by
    /// chance.</summary>
    static bool IsUtf8(ReadOnlySpan<byte> bytes)
    {
        int good = 0, bad = 0;
        while (!bytes.IsEmpty)
        {
            var isGood = Rune.DecodeFromUtf8(bytes, out var rune, out var length) == OperationStatus.Done;
            good += isGood && !rune.IsAscii ? 1 : 0;
            bad += isGood ? 0 : 1;
            bytes = bytes[length..];
        }

        return bad <= good / CharactersForOneBad;
    }

    /// <summary>How many Chinese characters the bytes are in GB2312, the part of GB18030 that nearly all are in; 0 where they
    /// are something else. Its frequent characters (rows 16 to 55) begin with bytes that other languages' letters seldom
    /// come in pairs of.</summary>
    static int ChineseCharactersIn(ReadOnlySpan<byte> bytes)
    {
        int characters = 0, frequent = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] < 0x80)
            {
                continue;
            }

            if (i + 1 == bytes.Length)
            {
                break; // the last one may be cut
            }

            if (bytes[i] < 0xa1 || bytes[++i] < 0xa1)
            {
                return 0;
            }

            characters++;
            frequent += bytes[i - 1] is (>= 0xb0 and <= 0xd7) or 0xa1 or 0xa3 ? 1 : 0;
        }

        return frequent * 10 >= characters * 9 ? characters : 0;
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
