using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Domain.Completion;

/// <summary>What an upload that ends well adds to the catalogue, and what becomes of its bytes.</summary>
static class CatalogEntry
{
    public static StoredFile FileOf(UploadSession session, Id<Blob> blob, bool instant, DateTimeOffset now) =>
        new()
        {
            Id = Id<StoredFile>.New(),
            BlobId = blob,
            Owner = session.Owner,
            Name = session.FileName,
            RelativePath = session.RelativePath,
            ContentType = session.ContentType,
            UploadedAt = now,
            Instant = instant,
        };

    /// <summary>The session's own blob.</summary>
    /// <param name="session">Verified.</param>
    public static Blob BlobOf(UploadSession session, DateTimeOffset now) =>
        new()
        {
            Id = session.BlobId,
            Size = session.Plan.Size!.Value,
            Md5 = session.Md5!.Value,
            ContentHash = session.ContentHash!.Value,
            FirstBlock = session.BlockDigests is { Length: > 0 } digests
                ? new Sha256Digest(digests.AsSpan(0, Sha256Digest.ByteLength))
                : null,
            StoredAt = now,
            VerifiedAt = now,
        };

    /// <summary>
    /// Where the bytes were there already, the upload's copy is not needed: what it could repair, it has repaired before
    /// it was published.
    /// </summary>
    public static Task SettleAsync(IBlobStore blobStore, Id<Blob> own, Id<Blob> published, CancellationToken ct) =>
        published == own ? Task.CompletedTask : blobStore.DeleteAsync(own, ct);
}
