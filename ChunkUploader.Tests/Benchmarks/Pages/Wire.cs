using System.Net;
using System.Net.Sockets;

namespace ChunkUploader.Tests.Benchmarks.Pages;

/// <summary>Stands between a page and its server, and notes when the first byte of a file comes by.</summary>
sealed class Wire : IDisposable
{
    static ReadOnlySpan<byte> StartOfFile => "name=\"file\""u8;

    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly TaskCompletionSource<DateTimeOffset> _firstByte = new(TaskCreationOptions.RunContinuationsAsynchronously);

    Wire(Uri server)
    {
        _listener.Start();
        _ = AcceptAsync(server);
    }

    public static Wire To(Uri server) => new(server);

    /// <summary>What stands before it leaves with it.</summary>
    public Task<DateTimeOffset> FirstByte => _firstByte.Task;

    public Uri Address => new($"http://{_listener.LocalEndpoint}/");

    public void Dispose() => _listener.Dispose();

    async Task AcceptAsync(Uri server)
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(), server);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }

    async Task ServeAsync(TcpClient client, Uri server)
    {
        try
        {
            using (client)
            using (var upstream = new TcpClient(server.Host, server.Port))
            {
                await Task.WhenAny(
                    PassAsync(client.GetStream(), upstream.GetStream(), Watch),
                    PassAsync(upstream.GetStream(), client.GetStream(), static _ => { }));
            }
        }
        catch (IOException)
        {
            // One of them has gone, and so goes the other.
        }
    }

    void Watch(ReadOnlySpan<byte> bytes)
    {
        if (!FirstByte.IsCompleted && bytes.IndexOf(StartOfFile) >= 0)
        {
            _firstByte.TrySetResult(DateTimeOffset.UtcNow);
        }
    }

    static async Task PassAsync(NetworkStream from, NetworkStream to, PassedBytes passed)
    {
        var buffer = new byte[1 << 18];
        for (int read; (read = await from.ReadAsync(buffer)) > 0;)
        {
            passed(buffer.AsSpan(0, read));
            await to.WriteAsync(buffer.AsMemory(0, read));
        }
    }

    delegate void PassedBytes(ReadOnlySpan<byte> bytes);
}
