using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ChunkUploader.Tests.Benchmarks.Driving;

/// <summary>One file of an <see cref="UploadLoad"/> on its way.</summary>
/// <param name="number">Decides its name and its content.</param>
sealed class FileUpload(UploadLoad load, int number) : IDisposable
{
    readonly Protocol _protocol = Protocol.Of(load.Target);
    readonly string _name = NameOf(number);
    readonly Barrier _held = new(load.Connections);
    readonly DriverConnection[] _connections =
        [.. Enumerable.Range(0, load.Connections).Select(_ => new DriverConnection(load.Target.Address))];

    public string Id { get; private set; } = "";

    /// <summary>Null unless it was completed.</summary>
    public StoredAnswer? Stored { get; private set; }

    /// <summary>From the last chunk's answer to completed.</summary>
    public TimeSpan Finish { get; private set; }

    public static string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"file {number}.bin");

    public void Run()
    {
        Id = _protocol.Begin(_connections[0], _name, load.Size, load.ChunkSize);
        var chunks = Order();
        var sent = -1;
        Crew.Work(_connections.Length, worker =>
        {
            var isHeld = load.HoldsFirstChunks;
            for (int next; (next = Interlocked.Increment(ref sent)) < chunks.Length; isHeld = false)
            {
                Send(_connections[worker], chunks[next], isHeld);
            }
        });
        if (!load.StopsHalfway)
        {
            var start = Stopwatch.GetTimestamp();
            Stored = _protocol.Complete(_connections[0], Id, load.ChunkCount, _name);
            Finish = Stopwatch.GetElapsedTime(start);
        }
    }

    /// <summary>Reads what is stored, and compares its MD5 with what was sent and what the server has said.</summary>
    /// <exception cref="InvalidOperationException">They differ.</exception>
    public void Verify()
    {
        if (Stored is null)
        {
            return;
        }

#pragma warning disable CA5351 // The key that files are looked up by.
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
#pragma warning restore CA5351
        _connections[0].Send(Encoding.ASCII.GetBytes(_protocol.GetHead(Stored.Path)));
        var (status, _) = _connections[0].ReadBody(md5.AppendData);
        var read = Convert.ToHexStringLower(md5.GetHashAndReset());
        var sent = Content.Md5(number, load.Size, load.ChunkSize);
        if (status != 200 || read != sent || (Stored.Md5 ?? sent) != sent)
        {
            throw new InvalidOperationException($"Sent {sent}, answered {Stored.Md5}, stored {read}, {status}.");
        }
    }

    public void Dispose()
    {
        Array.ForEach(_connections, connection => connection.Dispose());
        _held.Dispose();
    }

    int[] Order()
    {
        var all = Enumerable.Range(0, load.ChunkCount);
        return load.FirstChunkLast ? [.. all.Skip(1), 0]
            : load.StopsHalfway ? [.. all.Where(chunk => chunk % 2 == 0)]
            : [.. all];
    }

    void Send(DriverConnection connection, int chunk, bool isHeld)
    {
        var length = Math.Min(load.ChunkSize, load.Size - (chunk * (long)load.ChunkSize));
        _protocol.StartChunk(connection, Id, number, chunk, length);
        if (isHeld)
        {
            _held.SignalAndWait();
        }

        Protocol.EndChunk(connection);
    }
}
