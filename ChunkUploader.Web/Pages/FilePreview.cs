namespace ChunkUploader.Web.Pages;

/// <summary>What a file's page shows of it.</summary>
public sealed record FilePreview(PreviewKind Kind)
{
    /// <summary>Of a text: its beginning.</summary>
    public string Text { get; init; } = "";

    /// <summary>Whether there is more of the text.</summary>
    public bool IsCut { get; init; }

    /// <summary>Of an archive: what is in it; null where that cannot be listed.</summary>
    public ArchiveListing? Archive { get; init; }
}
