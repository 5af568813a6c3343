using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace ChunkUploader.Web.Pages;

/// <summary>What a ZIP archive holds, read from its directory alone.</summary>
static class ZipListing
{
    const int MaxShown = 1000;

    /// <summary>Each entry costs some hundred bytes of memory while the directory is read.</summary>
    const long MaxDirectoryLength = 4 * 1024 * 1024;

    const uint EndSignature = 0x06054b50;
    const int EndLength = 22;

    /// <param name="archive">Can seek.</param>
    /// <returns>Null where it is no ZIP archive, a damaged one, or one of too many entries.</returns>
    public static ArchiveListing? Read(Stream archive, bool prefersChinese)
    {
        if (!IsDirectorySmall(archive))
        {
            return null;
        }

        try
        {
            using var zip = new ZipArchive(archive, ZipArchiveMode.Read, leaveOpen: true, new RawNames());
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
    /// By the record at the end (APPNOTE.TXT, 4.3.16): the directory is where the record says, right in front of it, and
    /// small. An archive that says otherwise, or that has a record of Zip64 with numbers of its own, could make the reader
    /// read as much as was uploaded.
    /// </summary>
    static bool IsDirectorySmall(Stream archive)
    {
        var tail = new byte[Math.Min(archive.Length, EndLength + ushort.MaxValue)];
        archive.Position = archive.Length - tail.Length;
        archive.ReadExactly(tail);
        for (var at = tail.Length - EndLength; at >= 0; at--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at)) == EndSignature)
            {
                var entries = BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(at + 10));
                var length = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at + 12));
                var offset = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at + 16));
                return entries < ushort.MaxValue
                    && length <= MaxDirectoryLength
                    && (long)offset + length == archive.Length - tail.Length + at;
            }
        }

        return false;
    }

    /// <summary>
    /// Keeps the bytes of names that are not said to be UTF-8, behind a mark: of which encoding they are is seen when all
    /// of them are known.
    /// </summary>
    sealed class RawNames : Encoding
    {
        const char Mark = '\uE000';

        public static Encoding EncodingOf(IEnumerable<string> names, bool prefersChinese)
        {
            var raw = names.Where(name => name.StartsWith(Mark)).Select(name => name[1..]);
            return TextDetection.Detect(Latin1.GetBytes(string.Join('\n', raw)), isCut: false, prefersChinese) ?? Latin1;
        }

        public static string Decode(string name, Encoding encoding) =>
            name.StartsWith(Mark) ? encoding.GetString(Latin1.GetBytes(name[1..])) : name;

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
