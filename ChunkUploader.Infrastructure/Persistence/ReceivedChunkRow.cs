using ChunkUploader.Domain;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Infrastructure.Persistence;

/// <summary>A received chunk at rest.</summary>
public sealed class ReceivedChunkRow
{
    public required Id<UploadSession> SessionId { get; init; }

    public required int Index { get; init; }

    public required long Offset { get; init; }

    public required long Length { get; init; }

    /// <summary>The SHA-256 digests of the chunk's pieces of 4 MiB, 32 bytes each, concatenated.</summary>
    public required byte[] Digests { get; init; }

    public static ReceivedChunkRow Of(Id<UploadSession> session, ReceivedChunk chunk) =>
        new()
        {
            SessionId = session,
            Index = chunk.Range.Index,
            Offset = chunk.Range.Offset,
            Length = chunk.Range.Length,
            Digests = Sha256Digest.Join(chunk.Digests),
        };

    public ReceivedChunk ToChunk() => new(new ChunkRange(Index, Offset, Length), Sha256Digest.Split(Digests));
}
