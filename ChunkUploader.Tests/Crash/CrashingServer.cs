using ChunkUploader.Tests.Support;

namespace ChunkUploader.Tests.Crash;

/// <summary>
/// The application on one port and one folder, over all its deaths. Requests go on while it lives; when it has died,
/// they wait until it has been started, and looked at, again.
/// </summary>
sealed class CrashingServer(string dataFolder) : IAsyncDisposable
{
    /// <summary>Clients may all be waiting for something.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly Lock _lock = new();
    TaskCompletionSource _isUp = new(TaskCreationOptions.RunContinuationsAsynchronously); // changed under _lock
    TaskCompletionSource _isIdle = new(); // changed under _lock
    int _requests; // under _lock
    int _answers; // since the start; by Interlocked
    ServerProcess? _process;

    public DataFolder Data { get; } = new(dataFolder);

    public Uri Address { get; } = new($"http://127.0.0.1:{Ports.Next()}/");

    public ServerProcess Process => _process!;

    /// <summary>Makes a request while the server lives; waits while it does not.</summary>
    /// <returns>Null if it died meanwhile: nobody knows what has become of the request.</returns>
    public async Task<ApiAnswer?> TryAsync(Func<Task<ApiAnswer>> request, CancellationToken ct)
    {
        while (!TryEnter(out var isUp))
        {
            await isUp.WaitAsync(ct);
        }

        try
        {
            var answer = await request();
            Interlocked.Increment(ref _answers);
            return answer;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return null;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Starts it, to be killed as planned.</summary>
    /// <returns>False if it died before it listened.</returns>
    public async Task<bool> StartAsync(KillPlan? plan)
    {
        await DisposeAsync();
        Volatile.Write(ref _answers, 0);
        var application = ServerProcess.Application(
            "--urls", Address.ToString(), "--Storage:Root", Data.Root, "--Storage:FreeSpaceReserve", "0",
            "--Admin:ResetPassword", "true", "--Limits:WrongGuesses", "1000", "--Logging:LogLevel:Default", "Warning", "--Logging:LogLevel:Microsoft.Hosting.Lifetime", "Information");
        _process = ServerProcess.Launch(plan?.Wrap(application) ?? application);
        var isTime = Task.Delay(plan is { IsDuringStart: true } ? plan.Delay : Timeout.InfiniteTimeSpan);
        await Task.WhenAny(_process.Listening, _process.Ended, isTime);
        return _process.Listening.IsCompletedSuccessfully && !_process.Ended.IsCompleted;
    }

    /// <summary>Waits for the planned moment, and kills it unless that has been done.</summary>
    public async Task KillAsync(KillPlan plan)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!Process.Ended.IsCompleted && Volatile.Read(ref _answers) < plan.Answers && !plan.IsDuringStart
            && !limit.IsCancellationRequested)
        {
            await Task.WhenAny(Process.Ended, Task.Delay(1, CancellationToken.None));
        }

        await Task.WhenAny(Process.Ended, Task.Delay(plan.IsDuringStart ? TimeSpan.Zero : plan.Delay, CancellationToken.None));
        if (!Process.Ended.IsCompleted)
        {
            await Process.KillAsync();
        }
    }

    /// <summary>Lets the requests in.</summary>
    public void Open()
    {
        lock (_lock)
        {
            _isUp.TrySetResult();
        }
    }

    /// <summary>Keeps further requests waiting, and returns when those that are under way have ended.</summary>
    public Task CloseAsync()
    {
        lock (_lock)
        {
            _isUp = _isUp.Task.IsCompleted ? new(TaskCreationOptions.RunContinuationsAsynchronously) : _isUp;
            _isIdle = new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_requests == 0)
            {
                _isIdle.SetResult();
            }

            return _isIdle.Task;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }

    bool TryEnter(out Task isUp)
    {
        lock (_lock)
        {
            isUp = _isUp.Task;
            _requests += isUp.IsCompleted ? 1 : 0;
            return isUp.IsCompleted;
        }
    }

    void Leave()
    {
        lock (_lock)
        {
            if (--_requests == 0)
            {
                _isIdle.TrySetResult();
            }
        }
    }
}
