using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace ChunkUploader.Web.Pages;

/// <summary>What a ZIP archive holds, read from its directory alone.</summary>
static class ZipListing
{
    const int MaxShown = 1000;

    /// <summary>Each entry costs some hundred bytes of memory while the directory is read.</summary>
    const long MaxDirectoryLength = 2 * 1024 * 1024;

    const uint EntrySignature = 0x02014b50;
    const uint EndSignature = 0x06054b50;
    const int EndLength = 22;
    const uint Zip64Signature = 0x06064b50;
    const int Zip64Length = 56;
    const uint Zip64LocatorSignature = 0x07064b50;
    const int Zip64LocatorLength = 20;

    /// <param name="archive">Can seek.</param>
    /// <returns>Null where it is no ZIP archive, a damaged one, or one of too many entries.</returns>
    public static ArchiveListing? Read(Stream archive, bool prefersChinese)
    {
        if (ReadDirectory(archive) is not { } directory)
        {
            return null;
        }

        try
        {
            using var zip = new ZipArchive(new MemoryStream(directory), ZipArchiveMode.Read, leaveOpen: false, new RawNames());
            if (zip.Entries.Any(entry => entry.Length < 0))
            {
                return null; // no entry has so many bytes
            }

            var shown = zip.Entries.Take(MaxShown).ToList();
            var encoding = RawNames.EncodingOf(shown.Select(entry => entry.FullName), prefersChinese);
            return new ArchiveListing(
                [.. shown.Select(entry => new ArchiveEntry(RawNames.Decode(entry.FullName, encoding), entry.Length))],
                zip.Entries.Count,
                zip.Entries.Sum(entry => entry.Length));
        }
        catch (Exception exception) when (exception is InvalidDataException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>
    /// The directory with a record of its end (APPNOTE.TXT, 4.3.16), as an archive that has no contents: whatever an
    /// archive says of itself, no more is read of it. The directory ends where the record begins, wherever the record says
    /// that it is: a program may stand in front of the archive.
    /// </summary>
    /// <returns>Null where there is none, or a long one.</returns>
    static byte[]? ReadDirectory(Stream archive)
    {
        var tailLength = (int)Math.Min(archive.Length, Zip64Length + Zip64LocatorLength + EndLength + ushort.MaxValue);
        var tailStart = archive.Length - tailLength;
        var tail = ReadAt(archive, tailStart, tailLength);
        for (var at = tail.Length - EndLength; at >= 0; at--)
        {
            // The signature may stand in the archive's comment too.
            if (UInt32At(tail, at) == EndSignature && FindDirectory(tail, at) is var (count, length, end)
                && length <= Math.Min(MaxDirectoryLength, tailStart + end)
                && tailStart + end - length is var start
                && (count == 0 ? IsAtTheEnd(tail, at) : IsDirectory(archive, start, length)))
            {
                return [.. ReadAt(archive, start, (int)length), .. EndOf(count, (uint)length)];
            }
        }

        return null;
    }

    static bool IsDirectory(Stream archive, long start, long length) =>
        length >= sizeof(uint) && UInt32At(ReadAt(archive, start, sizeof(uint)), 0) == EntrySignature;

    /// <summary>Whether nothing follows the record but its comment.</summary>
    static bool IsAtTheEnd(byte[] tail, int at) =>
        at + EndLength + BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(at + 20)) == tail.Length;

    /// <param name="at">Where the record of the end begins.</param>
    /// <returns>How many entries the directory has, its bytes, and where it ends in the tail; null where it has more entries
    /// than fit in the record.</returns>
    static (ushort Count, long Length, int End)? FindDirectory(byte[] tail, int at)
    {
        var (count, length) = (BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(at + 10)), (long)UInt32At(tail, at + 12));
        if (at >= Zip64LocatorLength + Zip64Length && UInt32At(tail, at - Zip64LocatorLength) == Zip64LocatorSignature)
        {
            at -= Zip64LocatorLength + Zip64Length;
            var many = BinaryPrimitives.ReadUInt64LittleEndian(tail.AsSpan(at + 32));
            length = BinaryPrimitives.ReadInt64LittleEndian(tail.AsSpan(at + 40));
            count = UInt32At(tail, at) == Zip64Signature ? (ushort)Math.Min(many, ushort.MaxValue) : ushort.MaxValue;
        }

        return count == ushort.MaxValue || length < 0 ? null : (count, length, at);
    }

    static byte[] EndOf(ushort count, uint directoryLength)
    {
        var end = new byte[EndLength];
        BinaryPrimitives.WriteUInt32LittleEndian(end, EndSignature);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), count);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), count);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(12), directoryLength);
        return end;
    }

    static uint UInt32At(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));

    static byte[] ReadAt(Stream archive, long at, int length)
    {
        var bytes = new byte[length];
        archive.Position = at;
        archive.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>
    /// Keeps the bytes of names that are not said to be UTF-8, behind a mark: of which encoding they are is seen when all
    /// of them are known.
    /// </summary>
    sealed class RawNames : Encoding
    {
        const char Mark = '\uE000';

        /// <summary>Of Western Europe, which has the letters of IBM437, the encoding of the standard, at their places.</summary>
        const int Dos = 850;

        public static Encoding EncodingOf(IEnumerable<string> names, bool prefersChinese)
        {
            var raw = names.Where(name => name.StartsWith(Mark)).Select(name => name[1..]);
            var bytes = Latin1.GetBytes(string.Join('\n', raw));
            return IsOfDos(bytes) ? CodePagesEncodingProvider.Instance.GetEncoding(Dos)!
                : TextDetection.Detect(bytes, isCut: false, prefersChinese) ?? Latin1;
        }

        /// <summary>Single letters among ASCII, few of all: where later encodings of Western Europe have punctuation, and those
        /// of East Asia have pairs. Quotes and dashes of Windows alone say nothing.</summary>
        static bool IsOfDos(byte[] bytes)
        {
            var letters = bytes.Where((value, i) => value >= 0x80 && (i == 0 || bytes[i - 1] < 0x80)
                && (i + 1 == bytes.Length || bytes[i + 1] < 0x80)).ToList();
            return letters.Count == bytes.Count(value => value >= 0x80)
                && letters.TrueForAll(value => value is <= 0xa7 or 0xe1)
                && letters.Exists(value => value is not (0x91 or 0x92 or 0x96 or 0x97))
                && letters.Count * 4 <= bytes.Count(value => value >= 0x80 || char.IsAsciiLetterOrDigit((char)value));
        }

        public static string Decode(string name, Encoding encoding) =>
            WithoutMarks(name.StartsWith(Mark) ? encoding.GetString(Latin1.GetBytes(name[1..])) : name);

        /// <summary>Those that turn the reading direction would show one extension for another.</summary>
        static string WithoutMarks(string name) => string.Concat(name.Where(character =>
            !char.IsControl(character)
            && character is not ('\u061c' or '\u200e' or '\u200f' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069'))));

        public override int GetByteCount(char[] chars, int index, int count) => count;

        public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
            Latin1.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

        public override int GetCharCount(byte[] bytes, int index, int count) => count + 1;

        public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex)
        {
            chars[charIndex] = Mark;
            return Latin1.GetChars(bytes, byteIndex, byteCount, chars, charIndex + 1) + 1;
        }

        public override int GetMaxByteCount(int charCount) => charCount;

        public override int GetMaxCharCount(int byteCount) => byteCount + 1;
    }
}
