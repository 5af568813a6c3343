using ChunkUploader.Domain.Hashing;

namespace ChunkUploader.Domain.Catalog;

/// <summary>
/// Bytes that are stored once, under a random id of their own. The id does not follow from the content: a new upload of
/// the same bytes lies beside them until it is published, so deleting one can never take the other's bytes away.
/// </summary>
public sealed class Blob
{
    public required Id<Blob> Id { get; init; }

    /// <summary>In bytes.</summary>
    public required long Size { get; init; }

    public required Md5Digest Md5 { get; init; }

    /// <summary>Unique among blobs.</summary>
    public required ContentHash ContentHash { get; init; }

    /// <summary>The digest of the first block; null for an empty blob.</summary>
    public required Sha256Digest? FirstBlock { get; init; }

    public required DateTimeOffset StoredAt { get; init; }

    /// <summary>When its bytes were last known to have these digests: when it was stored, and whenever a verified copy
    /// has replaced them since.</summary>
    public required DateTimeOffset VerifiedAt { get; init; }

    /// <summary>When its bytes were found to be gone or of another size. It stays so until they are verified anew.
    /// </summary>
    public DateTimeOffset? DamagedAt { get; init; }
}
