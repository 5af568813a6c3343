using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Domain.Catalog;

/// <summary>A name in the catalogue that points to a blob. Many may share one blob.</summary>
public sealed class StoredFile
{
    public required Id<StoredFile> Id { get; init; }

    /// <summary>Points to a blob that is published.</summary>
    public required Id<Blob> BlobId { get; set; }

    public Blob? Blob { get; set; }

    /// <summary>The key of the owner who uploaded it.</summary>
    public required string Owner { get; init; }

    public required string Name { get; init; }

    /// <summary>The folders and the name it was picked with; null if it was picked alone.</summary>
    public string? RelativePath { get; init; }

    /// <summary>The media type that the client or the name suggests. Never trusted to be what the bytes are.</summary>
    public required string ContentType { get; init; }

    public required DateTimeOffset UploadedAt { get; init; }

    /// <summary>True if no bytes were sent for it.</summary>
    public bool Instant { get; init; }

    public long Downloads { get; init; }

    /// <summary>When it was put into the trash; null while it is in the catalogue.</summary>
    public DateTimeOffset? TrashedAt { get; init; }

    /// <summary>Whether this owner uploaded it, be it before the cookie came.</summary>
    public bool IsOwnedBy(Owner owner) =>
        Owner == owner.Key || (Owner == owner.Former?.Key && owner.Former.Covers(UploadedAt));
}
