namespace ChunkUploader.Web.ViewModels;

/// <summary>The page of a stored file.</summary>
/// <param name="RelativePath">The folders and the name it was picked with; null if it was picked alone.</param>
/// <param name="PreviewType">The media type it is shown with; null if it can only be downloaded.</param>
public sealed record FilePageModel(FileModel File, string? RelativePath, string? PreviewType)
{
    public bool IsImage => Is("image/");

    public bool IsVideo => Is("video/");

    public bool IsAudio => Is("audio/");

    /// <summary>Text and PDF, which the browser shows in a frame.</summary>
    public bool IsDocument => PreviewType is not null && !IsImage && !IsVideo && !IsAudio;

    bool Is(string prefix) => PreviewType?.StartsWith(prefix, StringComparison.Ordinal) == true;
}
