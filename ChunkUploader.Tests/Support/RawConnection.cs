using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace ChunkUploader.Tests.Support;

/// <summary>A connection that sends what it is told, byte by byte, as no HTTP client would.</summary>
public sealed class RawConnection(Uri server, string owner) : IDisposable
{
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    readonly TcpClient _client = new(server.Host, server.Port) { NoDelay = true };

    public NetworkStream Stream => _client.GetStream();

    /// <summary>Sends the request line and headers; the body is up to the test.</summary>
    public Task SendHeadAsync(string method, string path, long contentLength, params string[] headers) =>
        SendAsync(Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{method} /{path} HTTP/1.1\r\nHost: {server.Authority}\r\nX-Upload-Owner: {owner}\r\n"
            + $"Content-Length: {contentLength}\r\n{string.Concat(headers.Select(header => $"{header}\r\n"))}\r\n")));

    public Task SendAsync(ReadOnlyMemory<byte> bytes) => Stream.WriteAsync(bytes).AsTask();

    /// <summary>The status and the body of the next answer.</summary>
    public async Task<(int Status, string Head, string Body)> ReadAnswerAsync()
    {
        using var timeout = new CancellationTokenSource(Timeout);
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await Stream.ReadExactlyAsync(one, timeout.Token);
            head.Append((char)one[0]);
        }

        var text = head.ToString();
        var body = text.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase)
            ? await ReadChunkedAsync(timeout.Token)
            : await ReadTextAsync(LengthIn(text), timeout.Token);
        return (int.Parse(text.Split(' ')[1], CultureInfo.InvariantCulture), text, body);
    }

    /// <summary>Breaks the connection at once, as a lost network does.</summary>
    public void Break()
    {
        _client.Client.LingerState = new LingerOption(true, 0);
        _client.Close();
    }

    public void Dispose() => _client.Dispose();

    static int LengthIn(string head)
    {
        var header = head.Split("\r\n").FirstOrDefault(
            line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        return header is null ? 0 : int.Parse(header.Split(':')[1], CultureInfo.InvariantCulture);
    }

    async Task<string> ReadChunkedAsync(CancellationToken ct)
    {
        var body = new StringBuilder();
        while (true)
        {
            var size = new StringBuilder();
            while (!size.ToString().EndsWith("\r\n", StringComparison.Ordinal))
            {
                size.Append(await ReadTextAsync(1, ct));
            }

            var length = int.Parse(size.ToString().Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            body.Append(await ReadTextAsync(length, ct));
            await ReadTextAsync(2, ct);
            if (length == 0)
            {
                return body.ToString();
            }
        }
    }

    async Task<string> ReadTextAsync(int length, CancellationToken ct)
    {
        var bytes = new byte[length];
        await Stream.ReadExactlyAsync(bytes, ct);
        return Encoding.UTF8.GetString(bytes);
    }
}
