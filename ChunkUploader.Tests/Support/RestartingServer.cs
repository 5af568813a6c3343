namespace ChunkUploader.Tests.Support;

/// <summary>
/// The application in a process of its own, which is killed, or stopped, and started again on its port and its folder.
/// </summary>
public sealed class RestartingServer : IServer
{
    readonly string? _adminPassword;
    readonly string[] _settings;
    ServerProcess _process;

    RestartingServer(string dataFolder, string[] settings, ServerProcess process)
    {
        (DataFolder, _settings, _process) = (dataFolder, settings, process);
        (BaseAddress, _adminPassword) = (process.BaseAddress, process.AdminPassword);
    }

    public Uri BaseAddress { get; }

    public string DataFolder { get; }

    /// <param name="settings">Settings that differ from the defaults.</param>
    public static async Task<RestartingServer> StartAsync(string dataFolder, (string Key, string Value)[] settings)
    {
        string[] arguments = [.. settings.Select(setting => $"--{setting.Key}={setting.Value}")];
        return new(dataFolder, arguments, await ServerProcess.StartAsync(dataFolder, Ports.Next(), arguments));
    }

    public Task<string> AdminPasswordAsync() => Task.FromResult(_adminPassword!);

    /// <summary>Kills it with SIGKILL: it can finish nothing.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <summary>Asks it to stop with SIGTERM, and waits for its end.</summary>
    public Task StopAsync() => _process.StopAsync();

    public async Task StartAgainAsync()
    {
        await _process.DisposeAsync();
        _process = await ServerProcess.StartAsync(DataFolder, BaseAddress.Port, _settings);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
