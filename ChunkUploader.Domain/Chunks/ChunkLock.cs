namespace ChunkUploader.Domain.Chunks;

/// <summary>The one writer of a chunk, until it is disposed.</summary>
public sealed class ChunkLock(TimeProvider time, Action<ChunkLock> leave) : IDisposable
{
    // Never disposed: it has no timer, and a late Abort must not find it gone.
    readonly CancellationTokenSource _aborted = new();
    readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long _lastProgress = time.GetTimestamp();

    /// <summary>Ends the moving of bytes when someone else takes over.</summary>
    public CancellationToken Aborted => _aborted.Token;

    public Task Released => _released.Task;

    /// <summary>How long no byte has come.</summary>
    public TimeSpan IdleTime => time.GetElapsedTime(Volatile.Read(ref _lastProgress));

    public void ReportProgress() => Volatile.Write(ref _lastProgress, time.GetTimestamp());

    public void Abort() => _aborted.Cancel();

    public void Dispose()
    {
        leave(this);
        _released.TrySetResult();
    }
}
