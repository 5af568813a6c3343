using System.Buffers;
using System.Globalization;
using System.Text;
using UtfUnknown;

namespace ChunkUploader.Web.Pages;

/// <summary>Tells from a file's first bytes whether it is text, and in which encoding.</summary>
static class TextDetection
{
    /// <summary>In bytes; all that is shown of a text, so that what is shown and what is told of it agree.</summary>
    public const int SampleLength = 256 * 1024;

    /// <summary>Enough for the detector; more makes it no surer.</summary>
    const int DetectorLength = 64 * 1024;

    const int Gb18030 = 54936;
    const int Windows1252 = 1252;
    const float SureEnough = 0.5f;

    /// <summary>In so many characters the detector finds other languages; in fewer, one-byte encodings look alike to it.
    /// </summary>
    const int ManyCharacters = 64;

    /// <summary>So many Chinese characters are hardly ever all in the part of the table that Korean ones are in.</summary>
    const int FewCharacters = 12;

    /// <summary>Of so many characters one may be such as U+4E00, of whose bytes one is zero, too.</summary>
    const int RareCharacter = 20;

    /// <summary>Of so many characters one may be damaged.</summary>
    const int CharactersForOneBad = 20;

    /// <summary>Bytes that are in no text: those below the space, but for white space, what terminals print, and the end of
    /// DOS's files.</summary>
    static readonly SearchValues<byte> Controls = SearchValues.Create(
        [.. Enumerable.Range(0, ' ').Select(value => (byte)value).Except("\a\b\t\n\v\f\r\e\x1a"u8.ToArray())]);

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

        if (start.StartsWith(Encoding.Unicode.Preamble) || start.StartsWith(Encoding.BigEndianUnicode.Preamble))
        {
            var marked = start[0] == 0xff ? Encoding.Unicode : Encoding.BigEndianUnicode;
            return IsText(marked.GetString(start[2..]), isCut) ? marked : null;
        }

        if (WideEncodingOf(start) is { } wide)
        {
            return IsText(wide.GetString(start), isCut) ? wide : null;
        }

        if (start.ContainsAny(Controls))
        {
            return UnmarkedWideEncodingOf(start, isCut);
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
            : odd > pairs / 2 && even <= pairs / RareCharacter ? Encoding.Unicode
            : even > pairs / 2 && odd <= pairs / RareCharacter ? Encoding.BigEndianUnicode
            : null;
    }

    /// <summary>UTF-16 without a mark, of few ASCII characters.</summary>
    static Encoding? UnmarkedWideEncodingOf(ReadOnlySpan<byte> start, bool isCut)
    {
        if (!int.IsEvenInteger(start.Length) && !isCut)
        {
            return null;
        }

        var characters = start[..(start.Length & ~1)];
        return IsUsual(Encoding.Unicode.GetString(characters), isCut) ? Encoding.Unicode
            : IsUsual(Encoding.BigEndianUnicode.GetString(characters), isCut) ? Encoding.BigEndianUnicode
            : null;
    }

    /// <summary>Whether nearly all are characters that people write, which of two bytes by chance every second one is, and
    /// something separates them.</summary>
    static bool IsUsual(string text, bool isCut)
    {
        int letters = 0, others = 0, separators = 0;
        foreach (var character in text)
        {
            letters += character is (>= '\u0370' and <= '\u06ff') or (>= '\u0e00' and <= '\u0e7f') or (>= '\u3040' and <= '\u30ff')
                or (>= '\u4e00' and <= '\u9fff') or (>= '\uac00' and <= '\ud7a3') ? 1 : 0;
            others += character is (>= ' ' and <= '~') or (>= '\u2010' and <= '\u2027') or (>= '\u3000' and <= '\u3011')
                or (>= '\uff01' and <= '\uff5e') ? 1 : 0;
            separators += char.IsWhiteSpace(character) || character is '，' or '。' or '、' ? 1 : 0;
        }

        var breaks = text.Count(character => character is '\r' or '\n' or '\t');
        return letters > 1 && separators > 0 && (letters + others + breaks) * 20 >= text.Length * 19 && IsText(text, isCut);
    }

    /// <param name="isCut">Half a character at the end is none.</param>
    static bool IsText(string text, bool isCut)
    {
        foreach (var character in isCut && text.Length > 0 ? text.AsSpan(0, text.Length - 1) : text)
        {
            if (IsControl(character) || character == '\ufffd' || char.GetUnicodeCategory(character) == UnicodeCategory.OtherNotAssigned)
            {
                return false;
            }
        }

        return true;
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
    /// come in pairs of. Japanese would have syllables among them (rows 4 and 5, the same in EUC-JP), Korean nothing beyond row
    /// 40 of EUC-KR.</summary>
    static int ChineseCharactersIn(ReadOnlySpan<byte> bytes)
    {
        int characters = 0, frequent = 0, ideographs = 0, beyondKorean = 0, syllables = 0;
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
            syllables += bytes[i - 1] is 0xa4 or 0xa5 ? 1 : 0;
            ideographs += bytes[i - 1] >= 0xb0 ? 1 : 0;
            frequent += bytes[i - 1] is (>= 0xb0 and <= 0xd7) or 0xa1 or 0xa3 ? 1 : 0;
            beyondKorean += bytes[i - 1] > 0xc8 ? 1 : 0;
        }

        var isKorean = ideographs >= FewCharacters && beyondKorean == 0;
        var isJapanese = syllables * 4 > characters;
        return (frequent + syllables) * 10 >= characters * 9 && !isKorean && !isJapanese ? characters : 0;
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

    /// <summary>No browser knows those but one (WHATWG Encoding, 4.2).</summary>
    static bool IsOfDos(string encoding) =>
        encoding.StartsWith("ibm", StringComparison.OrdinalIgnoreCase) && !encoding.Equals("ibm866", StringComparison.OrdinalIgnoreCase);

    static Encoding DetectLegacy(ReadOnlySpan<byte> start, bool prefersChinese)
    {
        // The first letters that are no ASCII may come late.
        var from = Math.Max(0, start.IndexOfAnyExceptInRange((byte)0, (byte)0x7f));
        var sample = start.Slice(from, Math.Min(start.Length - from, DetectorLength));
        var found = CharsetDetector.DetectFromBytes(sample.ToArray()).Detected;
        var provider = CodePagesEncodingProvider.Instance;
        return (found is { Confidence: >= SureEnough } && !IsOfDos(found.EncodingName)
                ? provider.GetEncoding(found.EncodingName)
                : null)
            ?? provider.GetEncoding(prefersChinese ? Gb18030 : Windows1252)!;
    }
}
