using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Clients;
using ChunkUploader.Domain.Hashing;

namespace ChunkUploader.Domain.Sessions;

/// <summary>What a client says of the file that it is going to send. Names are clean (see <c>FileName</c>).</summary>
public sealed record FileDescription
{
    /// <summary>The id that the client has given the session of a file that it sends along; null: any.</summary>
    public Id<UploadSession>? SessionId { get; init; }

    public required string FileName { get; init; }

    public string? RelativePath { get; init; }

    /// <summary>In bytes; null where the client has not said it.</summary>
    public required long? Size { get; init; }

    public required string ContentType { get; init; }

    /// <summary>When the file last changed on the client, in Unix milliseconds.</summary>
    public long? LastModified { get; init; }

    public Md5Digest? Md5 { get; init; }

    public ContentHash? ContentHash { get; init; }

    public Sha256Digest? FirstBlock { get; init; }

    /// <summary>What a form client's chunks are known by; null for an upload through the native API.</summary>
    public string? ClientKey { get; init; }

    /// <inheritdoc cref="ClientState.Inherited"/>
    public IndexSet? Inherited { get; init; }

    /// <inheritdoc cref="ClientState.Lost"/>
    public IndexSet? Lost { get; init; }
}
