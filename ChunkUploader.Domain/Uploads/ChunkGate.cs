namespace ChunkUploader.Domain.Uploads;

/// <summary>
/// Lets one writer at a time into each chunk of a session. A newer post of a chunk that is still on its way in waits; a
/// writer that has been silent for 5 s is aborted and replaced, so that a phone that changed networks does not lock its
/// own chunk; who has waited 10 s is sent away to come again.
/// </summary>
public sealed class ChunkGate(TimeProvider time)
{
    static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(5);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    readonly Lock _lock = new();
    readonly Dictionary<int, ChunkWriter> _writers = [];
    bool _closed;

    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunkBusy"/>: the chunk stayed occupied, or the
    /// session has just ended; the next try finds out which.</exception>
    public async Task<ChunkWriter> EnterAsync(int index, CancellationToken ct)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            ChunkWriter? holder;
            lock (_lock)
            {
                if (_closed)
                {
                    throw Busy();
                }

                if (!_writers.TryGetValue(index, out holder))
                {
                    return _writers[index] = new ChunkWriter(time, writer => Leave(index, writer));
                }
            }

            var patience = Patience - time.GetElapsedTime(start);
            if (patience <= TimeSpan.Zero)
            {
                throw Busy();
            }

            var untilSilent = MaxSilence - holder.Silence;
            if (untilSilent <= TimeSpan.Zero)
            {
                holder.Abort();
            }

            var wait = untilSilent > TimeSpan.Zero && untilSilent < patience ? untilSilent : patience;
            await holder.Left.WaitAsync(wait, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
    public bool IsOccupied(int index)
    {
        lock (_lock)
        {
            return _writers.ContainsKey(index);
        }
    }

    /// <summary>Lets nobody in any more, aborts the writers that are in, and returns when they have left.</summary>
    public Task CloseAsync()
    {
        ChunkWriter[] writers;
        lock (_lock)
        {
            _closed = true;
            writers = [.. _writers.Values];
        }

        Array.ForEach(writers, writer => writer.Abort());
        return Task.WhenAll(writers.Select(writer => writer.Left));
    }

    /// <summary>
    /// Returns when all who are writing now have left, so that what they find out is known. Who is silent is aborted,
    /// who takes too long is left behind.
    /// </summary>
    public async Task DrainAsync()
    {
        ChunkWriter[] writers;
        lock (_lock)
        {
            writers = [.. _writers.Values];
        }

        var start = time.GetTimestamp();
        foreach (var writer in writers)
        {
            while (!writer.Left.IsCompleted && Patience - time.GetElapsedTime(start) is var patience
                && patience > TimeSpan.Zero)
            {
                var untilSilent = MaxSilence - writer.Silence;
                if (untilSilent <= TimeSpan.Zero)
                {
                    writer.Abort();
                }

                var wait = untilSilent > TimeSpan.Zero && untilSilent < patience ? untilSilent : patience;
                await writer.Left.WaitAsync(wait, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    public static UploadException Busy() =>
        new(UploadErrorCode.ChunkBusy, "This chunk is being written by another request.")
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        };

    void Leave(int index, ChunkWriter writer)
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
