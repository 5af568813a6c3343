namespace ChunkUploader.Domain.Content;

/// <summary>Hashes the bytes of parts in the background, behind their upload.</summary>
public interface IDigestFollower
{
    /// <summary>Sees to it that <paramref name="digest"/> reaches its available bytes. Returns at once.</summary>
    /// <param name="size">The blob's size, null while it is not known.</param>
    void Follow(RunningDigest digest, long? size);
}
