using System.Runtime.ExceptionServices;

namespace ChunkUploader.Infrastructure.Persistence.Sqlite;

/// <summary>One work of the <see cref="DatabaseWriter"/>, from waiting to its commit.</summary>
sealed class DatabaseWork
{
    readonly Func<UploaderDbContext, Task<bool>> _work;
    readonly CancellationTokenRegistration _cancellation;
    readonly TaskCompletionSource<bool> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Exception? _failure;
    int _isBegunOrCancelled;
    bool _isBegun;

    public DatabaseWork(Func<UploaderDbContext, Task<bool>> work, bool makesRoom, CancellationToken ct)
    {
        (_work, MakesRoom) = (work, makesRoom);
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

    public bool MakesRoom { get; }

    /// <summary>It has done what it was to do, and that is to be kept.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Begins it, perhaps anew.</summary>
    /// <returns>False if it was cancelled while it waited.</returns>
    public bool TryBegin()
    {
        _cancellation.Unregister();
        _isBegun = _isBegun || Interlocked.Exchange(ref _isBegunOrCancelled, 1) == 0;
        return _isBegun;
    }

    public async Task RunAsync(UploaderDbContext context)
    {
        (IsDone, _failure) = (false, null);
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
    public void Fail(Exception failure) =>
        _outcome.TrySetException(SqliteErrors.IsFull(_failure) ? failure : _failure ?? failure);

    /// <exception cref="Exception">There was no room for it.</exception>
    public void ThrowIfFull()
    {
        if (SqliteErrors.IsFull(_failure))
        {
            ExceptionDispatchInfo.Throw(_failure!);
        }
    }
}
