using System.Diagnostics;
using System.Net.Sockets;
using ChunkUploader.Tests.Support;
using NUnit.Framework;

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
    TaskCompletionSource _isUp = NewGate(); // changed under _lock
    TaskCompletionSource _isUpForAdmin = NewGate(); // changed under _lock
    TaskCompletionSource _isIdle = new(); // changed under _lock
    int _requests; // under _lock
    int _answers; // since the start; by Interlocked
    ServerProcess? _process;
    Process? _tracer;

    public DataFolder Data { get; } = new(dataFolder);

    public Uri Address { get; } = new($"http://127.0.0.1:{Ports.Next()}/");

    public ServerProcess Process => _process!;

    /// <summary>Makes a request while the server lives; waits while it does not.</summary>
    /// <returns>Null if it died meanwhile: nobody knows what has become of the request.</returns>
    public async Task<ApiAnswer?> TryAsync(Func<Task<ApiAnswer>> request, CancellationToken ct, bool isAdmin = false)
    {
        while (!TryEnter(isAdmin, out var isUp))
        {
            await isUp.WaitAsync(ct);
        }

        try
        {
            var answer = await request();
            Interlocked.Increment(ref _answers);
            return answer;
        }
        catch (Exception exception) when (IsBrokenOff(exception))
        {
            return null;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Whether a request has failed so because the server has died.</summary>
    public static bool IsBrokenOff(Exception failure) => failure is HttpRequestException or IOException or SocketException;

    /// <summary>Starts it, to be killed as planned.</summary>
    /// <returns>False if it died before it listened.</returns>
    public async Task<bool> StartAsync(KillPlan? plan)
    {
        await DisposeAsync();
        Volatile.Write(ref _answers, 0);
        var application = ServerProcess.Application(
            "--urls", Address.ToString(), "--Storage:Root", Data.Root, "--Storage:FreeSpaceReserve", "0",
            "--Admin:ResetPassword", "true", "--Limits:WrongGuesses", "1000", "--Logging:LogLevel:Default", "Warning", "--Logging:LogLevel:Microsoft.Hosting.Lifetime", "Information");
        application.Environment["DOTNET_EnableDiagnostics"] = "0"; // its pipes would outlive it
        _process = ServerProcess.Launch(plan?.Wrap(application, Data.Root) ?? application);
        var isTime = Task.Delay(plan is { IsDuringStart: true } ? plan.Delay : Timeout.InfiniteTimeSpan);
        await Task.WhenAny(_process.Listening, _process.Ended, isTime);
        await (_process.Listening.IsFaulted ? _process.Ended : Task.CompletedTask); // that follows in a moment
        return _process.Listening.IsCompletedSuccessfully && !_process.Ended.IsCompleted;
    }

    /// <summary>Waits for the planned moment, and kills it unless that has been done.</summary>
    /// <returns>False if it was killed at the planned system call.</returns>
    public async Task<bool> KillAsync(KillPlan plan)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!Process.Ended.IsCompleted && Volatile.Read(ref _answers) < plan.Answers && !plan.IsDuringStart
            && !limit.IsCancellationRequested)
        {
            await Task.WhenAny(Process.Ended, Task.Delay(1, CancellationToken.None));
        }

        await Task.WhenAny(Process.Ended, Task.Delay(plan.IsDuringStart ? TimeSpan.Zero : plan.Delay, CancellationToken.None));
        if (Process.Ended.IsCompleted)
        {
            return false;
        }

        await Process.KillAsync();
        return true;
    }

    /// <summary>Lets the requests in. The calls at which the server is to be killed are counted from here on, as its start
    /// makes some of each kind.</summary>
    public async Task OpenAsync(KillPlan? plan)
    {
        if (plan?.Attach(Process.ProcessId, Data.Root) is { } tracer)
        {
            tracer.RedirectStandardError = true;
            _tracer = System.Diagnostics.Process.Start(tracer)!;
            var said = await _tracer.StandardError.ReadLineAsync();
            Assert.That(said, Does.Contain("attached").Or.Null); // null: it has died meanwhile
            _ = _tracer.StandardError.ReadToEndAsync(); // a pipe that nobody reads would stop it
        }

        lock (_lock)
        {
            _isUpForAdmin.TrySetResult();
            if (plan is not { IsAdminAlone: true })
            {
                _isUp.TrySetResult();
            }
        }
    }

    /// <summary>Keeps further requests waiting, and returns when those that are under way have ended.</summary>
    public Task CloseAsync()
    {
        lock (_lock)
        {
            _isUp = _isUp.Task.IsCompleted ? NewGate() : _isUp;
            _isUpForAdmin = _isUpForAdmin.Task.IsCompleted ? NewGate() : _isUpForAdmin;
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

        _tracer?.Dispose();
        _tracer = null;
    }

    static TaskCompletionSource NewGate() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    bool TryEnter(bool isAdmin, out Task isUp)
    {
        lock (_lock)
        {
            isUp = (isAdmin ? _isUpForAdmin : _isUp).Task;
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
