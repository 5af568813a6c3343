using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Web.Api;

/// <summary>What the server takes, so that clients need not send what it refuses.</summary>
/// <param name="MaxFileSize">The largest file, in bytes.</param>
/// <param name="ChunkSize">The length of chunks where a client has no wish, in bytes.</param>
public sealed record LimitsModel(long MaxFileSize, long ChunkSize)
{
    public static LimitsModel Of(UploadPolicy policy) => new(policy.MaxFileSize, policy.ChunkSize);
}
