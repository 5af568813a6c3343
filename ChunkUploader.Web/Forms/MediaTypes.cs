using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace ChunkUploader.Web.Forms;

/// <summary>Media types of uploaded files: what the client says, else what the name suggests.</summary>
public sealed class MediaTypes
{
    const string Unknown = "application/octet-stream";
    const int MaxLength = 127;

    static readonly HashSet<string> Previewable = new(StringComparer.OrdinalIgnoreCase)
    {
        "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp",
        "video/mp4", "video/webm", "video/ogg", "video/quicktime",
        "audio/mpeg", "audio/ogg", "audio/wav", "audio/x-wav", "audio/mp4", "audio/aac", "audio/flac", "audio/webm",
        "application/pdf", "text/plain",
    };

    /// <summary>Shown as plain text, whatever they are: as such they cannot run.</summary>
    static readonly HashSet<string> ShownAsText = new(StringComparer.OrdinalIgnoreCase)
    {
        "text/csv", "text/markdown", "application/json", "text/x-log", "text/yaml", "application/yaml",
    };

    readonly FileExtensionContentTypeProvider _byName = new();

    public string Of(string fileName, string? said)
    {
        if (said is { Length: <= MaxLength }
            && MediaTypeHeaderValue.TryParse(said, out var type)
            && !type.MediaType.Equals(Unknown, StringComparison.OrdinalIgnoreCase)
            && !type.MatchesAllTypes && !type.MatchesAllSubTypes)
        {
            return type.MediaType.ToString().ToLowerInvariant();
        }

        return _byName.TryGetContentType(fileName, out var byName) ? byName : Unknown;
    }

    /// <summary>Whether a page can show it as an image.</summary>
    public static bool IsImage(string contentType) =>
        contentType.StartsWith("image/", StringComparison.Ordinal) && Previewable.Contains(contentType);

    /// <summary>
    /// The type to show a file in the browser with; null if it can only be downloaded. Types that can carry script,
    /// such as HTML and SVG, are never shown.
    /// </summary>
    public static string? PreviewOf(string contentType) =>
        ShownAsText.Contains(contentType) || contentType == "text/plain" ? "text/plain; charset=utf-8"
        : Previewable.Contains(contentType) ? contentType
        : null;
}
