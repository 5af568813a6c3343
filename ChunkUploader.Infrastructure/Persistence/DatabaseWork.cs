namespace ChunkUploader.Infrastructure.Persistence;

/// <summary>One work of the <see cref="DatabaseWriter"/>, from waiting to its commit.</summary>
sealed class DatabaseWork
{
    readonly Func<UploaderDbContext, Task<bool>> _work;
    readonly CancellationTokenRegistration _cancellation;
    readonly TaskCompletionSource<bool> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Exception? _failure;
    int _isBegunOrCancelled;

    public DatabaseWork(Func<UploaderDbContext, Task<bool>> work, CancellationToken ct)
    {
        _work = work;
        _cancellation = ct.Register(() =>
        {
            if (Interlocked.Exchange(ref _isBegunOrCancelled, 1) == 0)
            {
                _outcome.TrySetCanceled(ct);
            }
        });
    }

    /// <summary>Ends when the work's group is committed.</summary>
    public Task<bool> Outcome => _outcome.Task;

    /// <summary>It has done what it was to do, and that is to be kept.</summary>
    public bool IsDone { get; private set; }

    /// <returns>False if it was cancelled while it waited.</returns>
    public bool TryBegin()
    {
        _cancellation.Unregister();
        return Interlocked.Exchange(ref _isBegunOrCancelled, 1) == 0;
    }

    public async Task RunAsync(UploaderDbContext context)
    {
        try
        {
            IsDone = await _work(context);
        }
        catch (Exception exception)
        {
            _failure = exception;
        }
    }

    /// <summary>The group is committed.</summary>
    public void Tell()
    {
        if (_failure is null)
        {
            _outcome.TrySetResult(IsDone);
        }
        else
        {
            _outcome.TrySetException(_failure);
        }
    }

    /// <summary>The group is not committed.</summary>
    public void Fail(Exception failure) => _outcome.TrySetException(_failure ?? failure);
}
