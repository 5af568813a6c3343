using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace ChunkUploader.Tests.Benchmarks.Driving;

/// <summary>
/// An HTTP/1.1 connection that is kept open, as cheap as can be: blocking calls on a bare socket, bytes straight from
/// memory. The driver shares the machine with the server, so what it saves is not taken for the server's slowness.
/// </summary>
sealed class DriverConnection : IDisposable
{
    const int BufferLength = 256 * 1024;

    readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    readonly byte[] _buffer = new byte[BufferLength];
    int _position;
    int _end;
    long _received;

    public DriverConnection(Uri server)
    {
        _socket.Connect(server.Host, server.Port);
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[_socket.Send(bytes)..];
        }
    }

    /// <summary>Sends a request without a large body, and reads its answer.</summary>
    public Answer Ask(string request)
    {
        Send(Encoding.ASCII.GetBytes(request));
        return Read();
    }

    /// <summary>Reads a small answer whole.</summary>
    public Answer Read()
    {
        var body = new MemoryStream();
        var (status, length) = ReadBody(body.Write);
        return new Answer(status, body.ToArray(), length);
    }

    /// <summary>Hands on the body of an answer in pieces, and keeps none of it.</summary>
    /// <returns>The status, and the bytes of the whole answer.</returns>
    public (int Status, long Length) ReadBody(TakeBytes take)
    {
        var before = _received - (_end - _position);
        var status = int.Parse(ReadLine().AsSpan(9, 3), CultureInfo.InvariantCulture);
        var length = 0L;
        var isChunked = false;
        for (var line = ReadLine(); line.Length > 0; line = ReadLine())
        {
            if (line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
            {
                length = long.Parse(line.AsSpan(15), CultureInfo.InvariantCulture);
            }

            isChunked |= line.Equals("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase);
        }

        if (!isChunked)
        {
            ReadBytes(length, take);
        }

        for (var piece = isChunked ? -1L : 0; piece != 0;)
        {
            piece = Convert.ToInt64(ReadLine(), 16);
            ReadBytes(piece, take);
            ReadLine();
        }

        return (status, _received - (_end - _position) - before);
    }

    public void Dispose() => _socket.Dispose();

    void ReadBytes(long length, TakeBytes take)
    {
        while (length > 0)
        {
            Fill();
            var piece = _buffer.AsSpan(_position, (int)Math.Min(length, _end - _position));
            take(piece);
            _position += piece.Length;
            length -= piece.Length;
        }
    }

    string ReadLine()
    {
        var line = new StringBuilder();
        while (line.Length < 2 || line[^2] != '\r' || line[^1] != '\n')
        {
            Fill();
            line.Append((char)_buffer[_position++]);
        }

        return line.ToString(0, line.Length - 2);
    }

    void Fill()
    {
        if (_position < _end)
        {
            return;
        }

        (_position, _end) = (0, _socket.Receive(_buffer));
        _received += _end;
        if (_end == 0)
        {
            throw new IOException("The server has closed the connection.");
        }
    }

    public delegate void TakeBytes(ReadOnlySpan<byte> bytes);
}
