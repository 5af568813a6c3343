using ChunkUploader.Domain;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Infrastructure.Persistence;

/// <summary>How far the MD5 of a session has come.</summary>
public sealed class SavedDigestRow
{
    public required Id<UploadSession> SessionId { get; init; }

    /// <summary>Bytes that are in the MD5; the end of a block.</summary>
    public required long Length { get; init; }

    /// <summary>The MD5's chaining value, 16 bytes.</summary>
    public required byte[] Md5 { get; init; }

    public Md5State ToState() => new(Length, Md5);
}
