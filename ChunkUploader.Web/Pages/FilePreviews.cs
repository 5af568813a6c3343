using System.Text;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Web.Clients;
using ChunkUploader.Web.Downloads;

namespace ChunkUploader.Web.Pages;

/// <summary>
/// Decides how a file is shown: pictures, sound, video and PDF by their type; everything else by its bytes, as text where
/// they are text, whatever it is called. As text nothing can run.
/// </summary>
public sealed class FilePreviews(FileCatalog catalog)
{
    /// <summary>Of a longer text the beginning is shown, in bytes.</summary>
    public const int MaxText = TextDetection.SampleLength;

    /// <param name="prefersChinese">What the reader's language is, where the bytes do not tell their encoding.</param>
    public async Task<FilePreview> OfAsync(StoredFile file, bool prefersChinese, CancellationToken ct)
    {
        if (KindOf(file) is var kind and not PreviewKind.None)
        {
            return new FilePreview(kind);
        }

        try
        {
            await using var bytes = await catalog.OpenReadAsync(file, ct);
            var start = new byte[Math.Min(bytes.Length, MaxText)];
            await bytes.ReadExactlyAsync(start, ct);
            var listing = IsZip(file) ? ZipListing.Read(bytes, prefersChinese) : null;
            if (listing is not null || (IsZip(file) && start.AsSpan().StartsWith("PK\x03\x04"u8)))
            {
                return new FilePreview(PreviewKind.Archive) { Archive = listing };
            }

            var isCut = bytes.Length > start.Length;
            return TextDetection.Detect(start, isCut, prefersChinese) is { } encoding
                ? new FilePreview(PreviewKind.Text) { Text = TextOf(start, encoding, isCut), IsCut = isCut }
                : new FilePreview(PreviewKind.None);
        }
        catch (UploadException damaged) when (damaged.Code == UploadErrorCode.Damaged)
        {
            return new FilePreview(PreviewKind.None); // the page says what is known of it; its bytes are refused
        }
    }

    /// <summary>The type to send a file with so that it is shown; null where it can only be downloaded.</summary>
    /// <param name="bytes">The file's; their position is at the start again.</param>
    public static async Task<string?> TypeOfAsync(
        StoredFile file, Stream bytes, bool prefersChinese, CancellationToken ct)
    {
        if (KindOf(file) is not (PreviewKind.None or PreviewKind.Heic))
        {
            return file.ContentType;
        }

        var start = new byte[Math.Min(bytes.Length, TextDetection.SampleLength)];
        await bytes.ReadExactlyAsync(start, ct);
        bytes.Position = 0;
        return TextDetection.Detect(start, bytes.Length > start.Length, prefersChinese) is { } encoding
            ? $"text/plain; charset={encoding.WebName}"
            : null;
    }

    static PreviewKind KindOf(StoredFile file) =>
        file.ContentType is "image/heic" or "image/heif" || HasExtension(file, ".heic") || HasExtension(file, ".heif")
            ? PreviewKind.Heic
            : !MediaTypes.IsShown(file.ContentType) ? PreviewKind.None
            : file.ContentType.Split('/')[0] switch
            {
                "image" => PreviewKind.Image,
                "video" => PreviewKind.Video,
                "audio" => PreviewKind.Audio,
                _ => PreviewKind.Document,
            };

    static bool IsZip(StoredFile file) =>
        file.ContentType is "application/zip" or "application/x-zip-compressed" || HasExtension(file, ".zip");

    static bool HasExtension(StoredFile file, string extension) =>
        file.Name.EndsWith(extension, StringComparison.OrdinalIgnoreCase);

    /// <summary>Without its mark, and without half a character at the end.</summary>
    static string TextOf(byte[] start, Encoding encoding, bool isCut)
    {
        var text = new char[encoding.GetMaxCharCount(start.Length)];
        var length = encoding.GetDecoder().GetChars(start, text, flush: !isCut);
        return new string(text, 0, length).TrimStart('\uFEFF');
    }
}
