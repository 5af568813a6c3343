using System.Collections.Concurrent;
using System.Diagnostics;

namespace ChunkUploader.Tests.Benchmarks.Driving;

/// <summary>
/// Many uploads at once, each as slow as its client's line, while somebody else asks for the state of one.
/// </summary>
sealed record SlowLoad : ServerLoad
{
    const int PieceLength = 64 * 1024;
    static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(10);

    readonly ConcurrentBag<double> _probes = [];
    readonly ConcurrentBag<double> _chunks = [];

    public required int Files { get; init; }

    public required long Size { get; init; }

    public required int ChunkSize { get; init; }

    /// <summary>Of each upload.</summary>
    public required int BytesPerSecond { get; init; }

    public override LoadResult Run()
    {
        var protocol = Protocol;
        var connections = Enumerable.Range(0, Files).Select(_ => Connect()).ToArray();
        using var asking = Connect();
        var probed = protocol.Begin(asking, "probed.bin", Size, ChunkSize);
        WarmUp();
        var meter = Meter.Start(Target.ProcessId);
        var ended = 0;
        Crew.Work(Files + 1, worker =>
        {
            if (worker < Files)
            {
                SendSlowly(protocol, connections[worker], worker);
                Interlocked.Increment(ref ended);
                return;
            }

            while (Volatile.Read(ref ended) < Files)
            {
                Time(_probes, () => asking.Ask(protocol.GetHead($"/uploads/{probed}")).Ensure(200));
                Thread.Sleep(ProbeInterval);
            }
        });
        var figures = meter.Stop(Files * Size);
        Array.ForEach(connections, connection => connection.Dispose());
        figures[Figure.ProbeMedian] = Figure.Percentile(_probes, 0.5);
        figures[Figure.ProbeSlowest] = Figure.Percentile(_probes, 0.99);
        figures[Figure.ChunkMedian] = Figure.Percentile(_chunks, 0.5);
        figures[Figure.ChunkSlowest] = Figure.Percentile(_chunks, 0.99);
        return new LoadResult(figures);
    }

    void SendSlowly(Protocol protocol, DriverConnection connection, int file)
    {
        var name = $"slow {file}.bin";
        var id = protocol.Begin(connection, name, Size, ChunkSize);
        var start = Stopwatch.GetTimestamp();
        for (var chunk = 0; chunk < Size / ChunkSize; chunk++)
        {
            connection.Send(protocol.ChunkHead(id, file, chunk, ChunkSize));
            var rest = Content.Rest(ChunkSize);
            for (var at = 0; at < rest.Length; at += PieceLength)
            {
                var due = TimeSpan.FromSeconds((((long)chunk * ChunkSize) + at) / (double)BytesPerSecond);
                var early = due - Stopwatch.GetElapsedTime(start);
                if (early > TimeSpan.Zero)
                {
                    Thread.Sleep(early);
                }

                connection.Send(rest[at..Math.Min(rest.Length, at + PieceLength)]);
            }

            Time(_chunks, () => Protocol.EndChunk(connection));
        }

        protocol.Complete(connection, id, (int)(Size / ChunkSize), name);
    }

    static void Time(ConcurrentBag<double> times, Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }
}
