namespace ChunkUploader.Web.Pages;

/// <summary>How a file can be looked at.</summary>
public enum PreviewKind
{
    /// <summary>It can only be downloaded.</summary>
    None,
    Image,
    Video,
    Audio,

    /// <summary>A PDF, in the browser's own viewer.</summary>
    Document,
    Text,
    Archive,

    /// <summary>A picture in a format that most browsers do not show.</summary>
    Heic,
}
