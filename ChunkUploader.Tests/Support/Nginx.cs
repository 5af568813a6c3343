using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace ChunkUploader.Tests.Support;

/// <summary>nginx in a process of its own; it listens on a socket file, and on a port if asked to.</summary>
sealed class Nginx : IAsyncDisposable, IDisposable
{
    readonly TempFolder _folder = new();
    readonly Process _process;

    Nginx(string program, string locations, int port)
    {
        Address = port == 0 ? null : new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
        var listen = port == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"listen 127.0.0.1:{port};");
        var temporary = string.Concat(
            new[] { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }.Select(name => $"{name}_temp_path {name};"));
        File.WriteAllText(_folder.Combine("nginx.conf"), $$"""
            daemon off; master_process off; pid nginx.pid; error_log stderr;
            events { }
            http {
                access_log off; {{temporary}}
                server { listen unix:{{SocketFile}}; {{listen}} {{locations}} }
            }
            """);
        _process = Process.Start(program, ["-p", _folder.Path, "-c", "nginx.conf", "-e", "stderr"]);
    }

    /// <summary>Where a browser finds it; null if it listens on its socket file alone.</summary>
    public Uri? Address { get; }

    string SocketFile => _folder.Combine("nginx.sock");

    /// <summary>Starts it and waits until it listens; without nginx the test is skipped, or fails where
    /// <c>CI=true</c>.</summary>
    /// <param name="locations">What is configured for its one server.</param>
    /// <param name="isPort">Whether it listens on a free port, too.</param>
    public static async Task<Nginx> StartAsync(string locations, bool isPort = false)
    {
        var nginx = new Nginx(Programs.Require("nginx"), locations, isPort ? Ports.Next() : 0);
        try
        {
            await Eventually.Is(
                () => nginx._process.HasExited
                    ? throw new InvalidOperationException("nginx has ended")
                    : nginx.Listens(),
                "nginx listens");
            return nginx;
        }
        catch
        {
            nginx.Dispose();
            throw;
        }
    }

    public HttpClient CreateClient() =>
        new(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, ct) =>
            {
                var socket = NewSocket();
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketFile), ct);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        {
            BaseAddress = new Uri("http://uploader.test/"),
        };

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Dispose();
    }

    bool Listens()
    {
        try
        {
            using var socket = NewSocket();
            socket.Connect(new UnixDomainSocketEndPoint(SocketFile));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    static Socket NewSocket() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
}
