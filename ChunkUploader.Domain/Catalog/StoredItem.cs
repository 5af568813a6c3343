namespace ChunkUploader.Domain.Catalog;

/// <summary>Bytes as the store has them, whatever the catalogue says.</summary>
/// <param name="IsPart">They are still arriving, or did not arrive to the end; else they are a committed blob.</param>
/// <param name="Size">In bytes; of a part, up to its last byte.</param>
public readonly record struct StoredItem(Id<Blob> Blob, bool IsPart, long Size, DateTimeOffset ChangedAt);
