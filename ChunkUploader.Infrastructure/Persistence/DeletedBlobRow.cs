using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;

namespace ChunkUploader.Infrastructure.Persistence;

/// <summary>
/// A blob that was deleted and whose bytes may still be there, if a crash came between. Without it, they could not be
/// told from bytes that an older database does not know yet.
/// </summary>
public sealed class DeletedBlobRow
{
    public required Id<Blob> BlobId { get; init; }
}
