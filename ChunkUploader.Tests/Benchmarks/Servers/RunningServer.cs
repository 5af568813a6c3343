using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using ChunkUploader.Tests.Benchmarks.Driving;
using ChunkUploader.Tests.Support;

namespace ChunkUploader.Tests.Benchmarks.Servers;

/// <summary>A server in a process of its own, on a folder that outlives it.</summary>
sealed class RunningServer : IAsyncDisposable
{
    const int ServerCore = 0;
    const int DriverCore = 1;
    const double IdleUse = 0.05;
    static readonly TimeSpan IdleInterval = TimeSpan.FromSeconds(1);

    readonly ServerProcess _process;
    readonly bool _onOneCore;

    RunningServer(ServerKind kind, ServerProcess process, bool onOneCore, string owner)
    {
        (_process, _onOneCore) = (process, onOneCore);
        Target = new Target(kind, process.BaseAddress, process.ProcessId, owner);
    }

    public Target Target { get; }

    /// <param name="onOneCore">The server on the first core and the driver on the second; else both on all.</param>
    /// <param name="owner">Whose uploads are sent; null: somebody new.</param>
    public static async Task<RunningServer> StartAsync(
        ServerKind kind, string folder, bool onOneCore, string? owner = null)
    {
        var start = StartOf(kind, folder, onOneCore).On(onOneCore ? ServerCore : null);
        var process = await ServerProcess.StartAsync(start);
        return new RunningServer(
            kind, process, onOneCore, owner ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
    }

    public Task<LoadResult> TakeAsync(ServerLoad load) =>
        LoadDriver.RunAsync(load with { Target = Target }, _onOneCore ? DriverCore : null);

    /// <summary>Waits until it has nothing of its own to do any more, as after a start.</summary>
    public async Task WaitUntilIdleAsync()
    {
        for (double before = 0, used; (used = Meter.ProcessorSeconds(Target.ProcessId)) > before + IdleUse;)
        {
            before = used;
            await Task.Delay(IdleInterval);
        }
    }

    public Task StopAsync() => _process.StopAsync();

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    static ProcessStartInfo StartOf(ServerKind kind, string folder, bool onOneCore)
    {
        if (kind == ServerKind.Ours)
        {
            // One owner begins far more uploads than people do.
            var application = ServerProcess.Application(
                "--urls", "http://127.0.0.1:0",
                "--Storage:Root", folder,
                "--Limits:BeginBurst", "1000000",
                "--Limits:OpenUploads", "100000");
            application.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
            return application;
        }

        var baseline = kind == ServerKind.Classic
            ? OwnProcess.With(ClassicServer.Argument, folder)
            : OwnProcess.With(DiscardingServer.Argument);

        // As a web project has them that sets nothing, whatever this executable's own settings are.
        baseline.Environment["DOTNET_gcServer"] = "1";
        baseline.Environment["DOTNET_ThreadPool_ForceMinWorkerThreads"] =
            (onOneCore ? 1 : Environment.ProcessorCount).ToString("x", CultureInfo.InvariantCulture);
        return baseline;
    }
}
