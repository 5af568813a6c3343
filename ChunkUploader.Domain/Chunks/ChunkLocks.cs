namespace ChunkUploader.Domain.Chunks;

/// <summary>
/// Lets one writer at a time into each chunk of a session. A newer post of a chunk that is still on its way in waits; a
/// writer that has been silent for 5 s is aborted and replaced, so that a phone that changed networks does not lock its
/// own chunk; who has waited 10 s is sent away to come again.
/// </summary>
public sealed class ChunkLocks(TimeProvider time)
{
    static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(5);
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    readonly Lock _lock = new();
    readonly Dictionary<int, ChunkLock> _writers = [];
    bool _closed;

    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunkBusy"/>: the chunk stayed occupied, or the
    /// session has just ended; the next try finds out which.</exception>
    public async Task<ChunkLock> AcquireAsync(int index, CancellationToken ct)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            ChunkLock? holder;
            lock (_lock)
            {
                if (_closed)
                {
                    throw Busy();
                }

                if (!_writers.TryGetValue(index, out holder))
                {
                    return _writers[index] = new ChunkLock(time, writer => Leave(index, writer));
                }
            }

            var timeout = Timeout - time.GetElapsedTime(start);
            if (timeout <= TimeSpan.Zero)
            {
                throw Busy();
            }

            var untilSilent = IdleTimeout - holder.IdleTime;
            if (untilSilent <= TimeSpan.Zero)
            {
                holder.Abort();
            }

            var wait = untilSilent > TimeSpan.Zero && untilSilent < timeout ? untilSilent : timeout;
            await holder.Released.WaitAsync(wait, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ct.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Nobody is let in any more: the upload ends or has ended.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_lock)
            {
                return _closed;
            }
        }
    }

    /// <summary>Whether the chunk is on its way in.</summary>
    public bool IsLocked(int index)
    {
        lock (_lock)
        {
            return _writers.ContainsKey(index);
        }
    }

    /// <summary>Lets nobody in any more, aborts the writers that are in, and returns when they have left.</summary>
    public Task CloseAsync()
    {
        ChunkLock[] writers;
        lock (_lock)
        {
            _closed = true;
            writers = [.. _writers.Values];
        }

        Array.ForEach(writers, writer => writer.Abort());
        return Task.WhenAll(writers.Select(writer => writer.Released));
    }

    /// <summary>
    /// Returns when all who are writing now have left, so that what they find out is known. Who is silent is aborted,
    /// who takes too long is left behind.
    /// </summary>
    public async Task WaitForAllAsync()
    {
        ChunkLock[] writers;
        lock (_lock)
        {
            writers = [.. _writers.Values];
        }

        var start = time.GetTimestamp();
        foreach (var writer in writers)
        {
            while (!writer.Released.IsCompleted && Timeout - time.GetElapsedTime(start) is var timeout
                && timeout > TimeSpan.Zero)
            {
                var untilSilent = IdleTimeout - writer.IdleTime;
                if (untilSilent <= TimeSpan.Zero)
                {
                    writer.Abort();
                }

                var wait = untilSilent > TimeSpan.Zero && untilSilent < timeout ? untilSilent : timeout;
                await writer.Released.WaitAsync(wait, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    public static UploadException Busy() =>
        new(UploadErrorCode.ChunkBusy, "This chunk is being written by another request.")
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        };

    void Leave(int index, ChunkLock writer)
    {
        lock (_lock)
        {
            if (_writers.GetValueOrDefault(index) == writer)
            {
                _writers.Remove(index);
            }
        }
    }
}
