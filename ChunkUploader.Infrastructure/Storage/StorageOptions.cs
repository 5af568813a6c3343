namespace ChunkUploader.Infrastructure.Storage;

/// <summary>Where the data lies, and how much of the disk is left alone.</summary>
public sealed class StorageOptions
{
    /// <summary>The one folder of all data; relative to the application's folder.</summary>
    public string Root { get; set; } = "data";

    /// <summary>Bytes of the disk that are never used.</summary>
    public long FreeSpaceReserve { get; set; } = 1L << 30;
}
