using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Hashing;

namespace ChunkUploader.Tests.Interleavings.Scenarios;

/// <summary>Hashes behind the uploads: each digest by one task at a time, which reads what has come.</summary>
public sealed class MemoryHasher(IPartStore store) : IBackgroundHasher
{
    readonly object _lock = new();
    readonly Dictionary<ResumableHasher, Task> _following = []; // under the lock

    public void Follow(ResumableHasher digest)
    {
        lock (_lock)
        {
            if (!_following.ContainsKey(digest))
            {
                _following[digest] = Task.Run(() => AppendAsync(digest));
            }
        }
    }

    async Task AppendAsync(ResumableHasher digest)
    {
        try
        {
            if (digest.Lag > 0)
            {
                await store.ReadAsync(digest.Blob, digest.Position, digest.Lag, digest.Append, CancellationToken.None);
            }
        }
        catch (Exception exception)
        {
            if (!digest.IsDisposed)
            {
                digest.Fail(exception);
            }
        }

        lock (_lock)
        {
            _following.Remove(digest);
        }

        if (digest.Lag > 0)
        {
            Follow(digest);
        }
    }
}
