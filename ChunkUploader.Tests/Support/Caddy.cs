using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ChunkUploader.Tests.Support;

/// <summary>Caddy in a process of its own.</summary>
sealed class Caddy : IAsyncDisposable
{
    readonly TempFolder _folder = new();
    readonly ServerProcess _process;

    Caddy(string program, string site)
    {
        File.WriteAllText(_folder.Combine("Caddyfile"), $$"""
            {
                admin off
                auto_https off
            }
            {{site}}
            """);
        _process = ServerProcess.Launch(new ProcessStartInfo(
            program, ["run", "--config", _folder.Combine("Caddyfile"), "--adapter", "caddyfile"])
        {
            Environment = { ["HOME"] = _folder.Path, ["XDG_DATA_HOME"] = _folder.Path, ["XDG_CONFIG_HOME"] = _folder.Path },
        });
    }

    /// <summary>Starts it and waits until it listens; without Caddy the test is skipped, or fails where
    /// <c>CI=true</c>.</summary>
    /// <param name="site">The configuration of its one site.</param>
    /// <param name="port">Where that listens.</param>
    public static async Task<Caddy> StartAsync(string site, int port)
    {
        var caddy = new Caddy(Programs.Require("caddy"), site);
        try
        {
            await Eventually.Is(
                () => caddy._process.Ended.IsCompleted
                    ? throw new InvalidOperationException($"Caddy has ended: {caddy._process.Output}")
                    : Listens(port),
                "Caddy listens");
            return caddy;
        }
        catch
        {
            await caddy.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    static bool Listens(int port)
    {
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
