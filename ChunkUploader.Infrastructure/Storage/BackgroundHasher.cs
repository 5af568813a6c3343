using System.Collections.Concurrent;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Hashing;
using Microsoft.Extensions.Logging;

namespace ChunkUploader.Infrastructure.Storage;

/// <summary>
/// A fixed number of threads that hash the parts whose MD5 is behind, reading what was just written through the page
/// cache. Each takes up to 16 MiB of one part and then the next part, so many uploads share the cores fairly; where several
/// are behind, it takes as many as go side by side at once, a buffer of each.
/// </summary>
public sealed partial class BackgroundHasher : IBackgroundHasher, IDisposable
{
    const long BatchLength = 16 * 1024 * 1024;

    readonly IPartStore _store;
    readonly ILogger<BackgroundHasher> _logger;
    readonly BlockingCollection<ResumableHasher> _behind = [];
    readonly ConcurrentDictionary<ResumableHasher, bool> _following = [];
    readonly BackgroundHasherGroup? _sideBySide;
    readonly Thread[] _workers;

    public BackgroundHasher(IPartStore store, ILogger<BackgroundHasher> logger)
    {
        (_store, _logger) = (store, logger);
        _sideBySide = Md5Lanes.Supported.Count > 0 ? new(store, Md5Lanes.Supported[0], Fail) : null;
        _workers = new Thread[Math.Max(1, Environment.ProcessorCount / 2)];
        for (var i = 0; i < _workers.Length; i++)
        {
            _workers[i] = new Thread(Work) { IsBackground = true, Name = $"{nameof(BackgroundHasher)} {i}" };
            _workers[i].Start();
        }
    }

    public void Follow(ResumableHasher digest)
    {
        // In the queue or in work at most once: bytes are appended by one thread at a time.
        if (!_following.TryAdd(digest, true))
        {
            return;
        }

        try
        {
            _behind.Add(digest);
        }
        catch (InvalidOperationException)
        {
            // The server stops. What is not hashed yet is hashed after its next start.
        }
    }

    public void Dispose()
    {
        _behind.CompleteAdding();
        Array.ForEach(_workers, worker => worker.Join());
        _behind.Dispose();
    }

    void Work()
    {
        var group = new List<ResumableHasher>();
        foreach (var first in _behind.GetConsumingEnumerable())
        {
            group.Add(first);
            while (group.Count < _sideBySide?.MaxCount && _behind.TryTake(out var next))
            {
                group.Add(next);
            }

            try
            {
                Append(group);
            }
            catch (Exception exception)
            {
                group.ForEach(digest => Fail(digest, exception));
            }

            foreach (var digest in group)
            {
                _following.TryRemove(digest, out _);
                if (digest.Lag > 0)
                {
                    Follow(digest);
                }
            }

            group.Clear();
        }
    }

    void Append(List<ResumableHasher> group)
    {
        if (group.Count > 1)
        {
            _sideBySide!.Append(group);
            return;
        }

        var length = Math.Min(BatchLength, group[0].Lag);
        if (length > 0)
        {
            _store.ReadAsync(group[0].Blob, group[0].Position, length, group[0].Append, CancellationToken.None)
                .GetAwaiter().GetResult();
        }
    }

    void Fail(ResumableHasher digest, Exception exception)
    {
        // Of an upload that has ended meanwhile the bytes may be gone, and nobody wants to know their digest.
        if (!digest.IsDisposed)
        {
            LogFailure(exception, digest.Blob);
            digest.Fail(exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The bytes of blob {Blob} could not be hashed.")]
    partial void LogFailure(Exception exception, Id<Blob> blob);
}
