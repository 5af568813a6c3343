using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;

namespace ChunkUploader.Infrastructure.Persistence;

/// <summary>The digests of a blob's blocks, 32 bytes each, concatenated, by which it is checked whether its bytes are intact.
/// Apart from the blob: they are large and rarely read.</summary>
public sealed class BlobBlocksRow
{
    public required Id<Blob> BlobId { get; init; }

    public required byte[] Digests { get; init; }
}
