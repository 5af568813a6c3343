namespace ChunkUploader.Web.Localization;

/// <summary>The colours of the pages.</summary>
public enum Theme
{
    /// <summary>As the visitor's device has it.</summary>
    Auto,
    Light,
    Dark,
}
