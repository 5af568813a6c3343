using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ChunkUploader.Tests.Support.Core;

namespace ChunkUploader.Tests.Support;

/// <summary>
/// The built application in a process of its own: it can be killed, and started again on the same folder.
/// </summary>
public sealed partial class ServerProcess : IAsyncDisposable
{
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    readonly Process _process;
    readonly StringBuilder _output = new();
    readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    ServerProcess(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.Environment.Remove("ASPNETCORE_URLS");
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Start();
        AppDomain.CurrentDomain.ProcessExit += Kill;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _ = WatchAsync();
    }

    /// <summary>Ends when it listens; fails if it ends before.</summary>
    public Task<Uri> Listening => _listening.Task;

    /// <summary>Ends when the process has ended, however it did.</summary>
    public Task Ended => _ended.Task;

    /// <summary>The address that it listens on.</summary>
    public Uri BaseAddress => _listening.Task.Result;

    public int Port => BaseAddress.Port;

    public int ProcessId => _process.Id;

    public int ExitCode => _process.ExitCode;

    /// <summary>The password that this start has printed; null if it has printed none.</summary>
    public string? AdminPassword =>
        PasswordLine().Match(Output) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>What it has written so far, for a failure's message.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>The web project's output, built as this one is, but with its packages compiled ahead.</summary>
    static string Assembly { get; } = Path.Combine(AppContext.BaseDirectory, "Server", "ChunkUploader.Web.dll");

    /// <summary>Starts any process without waiting for anything.</summary>
    public static ServerProcess Launch(ProcessStartInfo start) => new(start);

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="dataFolder">May be one that another process has left.</param>
    /// <param name="port">0: a free one.</param>
    /// <param name="settings">More arguments, such as <c>--Admin:ResetPassword true</c>.</param>
    /// <exception cref="InvalidOperationException">It has ended before it listened; the message has its
    /// output.</exception>
    public static Task<ServerProcess> StartAsync(string dataFolder, int port = 0, params string[] settings)
    {
        MigratedDatabase.PutInto(dataFolder);
        return StartAsync(ApplicationOn(dataFolder, port, settings));
    }

    /// <summary>
    /// The same on a disk that fails to flush one of its files or folders: <c>fsync</c> gives EIO, and what was written
    /// stays readable, as it does on a real one until the system drops it. Without strace the test is skipped, or fails
    /// where <c>CI=true</c>.
    /// </summary>
    /// <param name="path">What cannot be flushed.</param>
    /// <param name="when">Which of each thread's calls fail, as strace has it, such as <c>2+3</c>.</param>
    public static Task<ServerProcess> StartWithFailingFlushAsync(string dataFolder, string path, string when = "1+") =>
        StartAsync(WithFailingFlush(path, when, ApplicationOn(dataFolder, port: 0)));

    /// <summary>How an application is started on such a disk.</summary>
    /// <inheritdoc cref="StartWithFailingFlushAsync" path="/param"/>
    public static ProcessStartInfo WithFailingFlush(string path, string when, ProcessStartInfo application)
    {
        string[] strace =
        [
            "-D", "-f", "--seccomp-bpf", "-o", "/dev/null", "-P", path,
            "-e", "trace=fsync,fdatasync", "-e", $"inject=fsync,fdatasync:error=EIO:when={when}",
        ];
        var start = new ProcessStartInfo(
            Programs.Require("strace"), [.. strace, application.FileName, .. application.ArgumentList]);
        start.Environment["ASPNETCORE_ENVIRONMENT"] = application.Environment["ASPNETCORE_ENVIRONMENT"];
        return start;
    }

    /// <summary>Starts any server that says where it listens, as ASP.NET Core does, and waits for that.</summary>
    /// <exception cref="InvalidOperationException">It has ended before it listened; the message has its
    /// output.</exception>
    public static async Task<ServerProcess> StartAsync(ProcessStartInfo start)
    {
        var server = new ServerProcess(start);
        try
        {
            await server._listening.Task.WaitAsync(Timeout);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>How the application is started.</summary>
    public static ProcessStartInfo Application(params string[] arguments) =>
        new("dotnet", [Assembly, "--contentRoot", ProjectFolders.Web, .. arguments])
        {
            Environment = { ["ASPNETCORE_ENVIRONMENT"] = "Development" },
        };

    /// <summary>How it is started on a data folder.</summary>
    public static ProcessStartInfo ApplicationOn(string dataFolder, int port, params string[] settings) =>
        Application(
        [
            "--urls", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"),
            "--Storage:Root", dataFolder,
            "--Storage:FreeSpaceReserve", "0",
            .. settings,
        ]);

    /// <summary>Runs it with these arguments alone until it ends, or listens: then it is killed.</summary>
    /// <returns>Its exit code, null if it was killed.</returns>
    public static Task<(int? ExitCode, string Output)> RunAsync(params string[] arguments) =>
        RunAsync(Application(arguments));

    /// <inheritdoc cref="RunAsync(string[])"/>
    public static async Task<(int? ExitCode, string Output)> RunAsync(ProcessStartInfo start)
    {
        await using var server = new ServerProcess(start);
        var end = await Task.WhenAny(server._ended.Task, server._listening.Task).WaitAsync(Timeout);
        await Task.WhenAny(server._ended.Task, Task.Delay(end == server._ended.Task ? 0 : 500));
        return (server._ended.Task.IsCompleted ? server.ExitCode : null, server.Output);
    }

    /// <summary>Kills it with SIGKILL: it can finish nothing.</summary>
    public Task KillAsync()
    {
        _process.Kill();
        return _ended.Task.WaitAsync(Timeout);
    }

    /// <summary>Asks it to stop with SIGTERM, and waits for its end.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", ProcessId.ToString(CultureInfo.InvariantCulture)]);
        await _ended.Task.WaitAsync(Timeout);
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= Kill;
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    /// <summary>When this process exits in the middle of something, the other one must not go on for ever.</summary>
    void Kill(object? sender, EventArgs arguments) => _process.Kill();

    async Task WatchAsync()
    {
        await _process.WaitForExitAsync();
        _listening.TrySetException(new InvalidOperationException(
            string.Create(CultureInfo.InvariantCulture, $"The server ended with {_process.ExitCode}:\n{Output}")));
        _ = _listening.Task.Exception; // seen: nobody may be waiting for it
        _ended.SetResult();
    }

    void Take(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }

        if (line is not null && ListeningLine().Match(line) is { Success: true } match)
        {
            _listening.TrySetResult(new Uri(match.Groups[1].Value));
        }
    }

    [GeneratedRegex(@"Now listening on: (\S+)")]
    private static partial Regex ListeningLine();

    [GeneratedRegex(@"The admin password, shown only this once: (\S+)")]
    private static partial Regex PasswordLine();
}
