using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace ChunkUploader.Web.Downloads;

/// <summary>Media types of uploaded files: what the client says, else what the name suggests.</summary>
public sealed class MediaTypes
{
    const string Unknown = "application/octet-stream";
    const int MaxLength = 127;

    /// <summary>What browsers show, and cannot run.</summary>
    static readonly HashSet<string> Shown = new(StringComparer.OrdinalIgnoreCase)
    {
        "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp",
        "video/mp4", "video/webm", "video/ogg", "video/quicktime",
        "audio/mpeg", "audio/ogg", "audio/wav", "audio/x-wav", "audio/mp4", "audio/aac", "audio/flac", "audio/webm",
        "application/pdf",
    };

    /// <summary>What some browsers and systems call them.</summary>
    static readonly Dictionary<string, string> Aliases = new()
    {
        ["audio/x-m4a"] = "audio/mp4",
        ["audio/m4a"] = "audio/mp4",
        ["audio/mp3"] = "audio/mpeg",
        ["audio/x-mpeg"] = "audio/mpeg",
        ["audio/x-flac"] = "audio/flac",
        ["audio/wave"] = "audio/wav",
        ["image/jpg"] = "image/jpeg",
        ["image/pjpeg"] = "image/jpeg",
        ["image/x-ms-bmp"] = "image/bmp",
        ["video/x-m4v"] = "video/mp4",
    };

    /// <summary>Text, although their types do not begin so.</summary>
    static readonly HashSet<string> TextTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        "application/json", "application/xml", "application/yaml", "application/x-yaml", "application/toml",
        "application/javascript", "application/x-javascript", "application/x-sh", "application/sql", "image/svg+xml",
    };

    readonly FileExtensionContentTypeProvider _byName = new();

    /// <summary>Files of TypeScript are met more often than MPEG transport streams, and both are called so.</summary>
    public MediaTypes() => _byName.Mappings[".ts"] = "text/plain";

    public string Of(string fileName, string? said)
    {
        if (said is { Length: <= MaxLength }
            && MediaTypeHeaderValue.TryParse(said, out var type)
            && !type.MediaType.Equals(Unknown, StringComparison.OrdinalIgnoreCase)
            && !type.MatchesAllTypes && !type.MatchesAllSubTypes)
        {
            var name = type.MediaType.ToString().ToLowerInvariant();
            return Aliases.GetValueOrDefault(name, name);
        }

        return _byName.TryGetContentType(fileName, out var byName) ? byName : Unknown;
    }

    /// <summary>Whether a page can show it as an image.</summary>
    public static bool IsImage(string contentType) =>
        contentType.StartsWith("image/", StringComparison.Ordinal) && IsShown(contentType);

    /// <summary>
    /// Whether browsers show it as what it is: pictures, video, sound and PDF. Types that can carry script, such as HTML
    /// and SVG, are not among them.
    /// </summary>
    public static bool IsShown(string contentType) => Shown.Contains(contentType);

    /// <summary>Whether it is to be shown as plain text: as such nothing can run.</summary>
    public static bool IsText(string contentType) =>
        contentType.StartsWith("text/", StringComparison.OrdinalIgnoreCase) || TextTypes.Contains(contentType);
}
