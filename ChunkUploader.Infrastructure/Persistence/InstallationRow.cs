namespace ChunkUploader.Infrastructure.Persistence;

/// <summary>Which installation the database belongs to: the data folder has the same key.</summary>
public sealed class InstallationRow
{
    public const int OnlyId = 1;

    public int Id { get; init; } = OnlyId;

    /// <summary>A random text.</summary>
    public required string Key { get; init; }
}
