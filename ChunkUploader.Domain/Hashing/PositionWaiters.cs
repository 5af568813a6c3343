namespace ChunkUploader.Domain.Hashing;

/// <summary>Those who wait for a position to be reached. Guarded by its owner's lock.</summary>
sealed class PositionWaiters
{
    readonly List<(long Position, TaskCompletionSource Reached)> _waiters = [];

    public Task Add(long position)
    {
        // Waiters must not run on the thread that hashes.
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiters.Add((position, reached));
        return reached.Task;
    }

    public void Wake(long position)
    {
        for (var i = _waiters.Count - 1; i >= 0; i--)
        {
            if (_waiters[i].Position <= position)
            {
                _waiters[i].Reached.SetResult();
                _waiters.RemoveAt(i);
            }
        }
    }

    public void Fail(Exception failure)
    {
        _waiters.ForEach(waiter => waiter.Reached.SetException(failure));
        _waiters.Clear();
    }
}
