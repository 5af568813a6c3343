namespace ChunkUploader.Domain.Hashing;

/// <summary>Hashes the bytes of parts in the background, behind their upload.</summary>
public interface IBackgroundHasher
{
    /// <summary>Sees to it that <paramref name="digest"/> reaches its available bytes. Returns at once.</summary>
    void Follow(ResumableHasher digest);
}
