using ChunkUploader.Web.Api;
using Microsoft.Extensions.Localization;

namespace ChunkUploader.Web.Pages;

/// <summary>What kind of file it is, as people say it: <c>PNG image</c>.</summary>
static class FileKinds
{
    const int MaxFormat = 5;

    public static string Describe(FileModel file, IStringLocalizer texts)
    {
        var format = FormatOf(file);
        var kind = file.ContentType.Split('/')[0] switch
        {
            "image" => texts["kind.image", format],
            "video" => texts["kind.video", format],
            "audio" => texts["kind.audio", format],
            "text" => texts["kind.text", format],
            _ when file.ContentType is "application/pdf" => texts["kind.document", format],
            _ when format.Length > 0 => texts["kind.file", format],
            _ => texts["kind.unknown"],
        };
        return kind.Value.Trim();
    }

    /// <summary>The extension where it looks like one, else what the media type says of a picture, video or sound.</summary>
    static string FormatOf(FileModel file)
    {
        var extension = Path.GetExtension(file.Name).TrimStart('.');
        if (extension.Length is > 0 and <= MaxFormat && extension.All(char.IsAsciiLetterOrDigit) && extension.Any(char.IsAsciiLetter))
        {
            return extension.ToUpperInvariant();
        }

        var parts = file.ContentType.Split('/');
        return parts is ["image" or "video" or "audio", { Length: <= MaxFormat } format] ? format.ToUpperInvariant() : "";
    }
}
