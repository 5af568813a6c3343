using ChunkUploader.Web.Api;

namespace ChunkUploader.Web.Pages;

/// <summary>The page of a stored file.</summary>
/// <param name="RelativePath">The folders and the name it was picked with; null if it was picked alone.</param>
/// <param name="Link">The page's own address, with the server's name.</param>
public sealed record FilePageModel(FileModel File, string? RelativePath, FilePreview Preview, string Link)
{
    /// <summary>The address of the picture, with the server's name; null where it is none.</summary>
    public string? Picture => Preview.Kind == PreviewKind.Image ? $"{Link}/preview" : null;

    /// <summary>Where what is cut short, or cannot be shown in the page itself, is shown as a whole.</summary>
    public string Whole => $"{File.Url}/preview";
}
