using ChunkUploader.Domain;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Infrastructure.Persistence;

/// <summary>The digest of a block of a session that no chunk came with.</summary>
public sealed class SavedBlockRow
{
    public required Id<UploadSession> SessionId { get; init; }

    public required int Block { get; init; }

    public required Sha256Digest Digest { get; init; }
}
