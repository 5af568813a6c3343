using ChunkUploader.Domain;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Infrastructure.Persistence;

/// <summary>A received range of a file's bytes at rest: mostly a chunk.</summary>
public sealed class ReceivedChunkRow
{
    public required Id<UploadSession> SessionId { get; init; }

    public required long Offset { get; init; }

    public required long Length { get; init; }

    /// <summary>The SHA-256 digests of the range's blocks of 4 MiB, 32 bytes each, concatenated.</summary>
    public required byte[] Digests { get; init; }

    public static ReceivedChunkRow Of(Id<UploadSession> session, ReceivedChunk chunk) =>
        new()
        {
            SessionId = session,
            Offset = chunk.Range.Offset,
            Length = chunk.Range.Length,
            Digests = Sha256Digest.Join(chunk.Digests),
        };

    public ReceivedChunk ToChunk(ChunkPlan plan) =>
        new(new ChunkRange(plan.IndexOf(Offset), Offset, Length), Sha256Digest.Split(Digests));
}
