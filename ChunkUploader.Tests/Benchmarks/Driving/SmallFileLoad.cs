namespace ChunkUploader.Tests.Benchmarks.Driving;

/// <summary>Uploads many files that are one chunk each.</summary>
sealed record SmallFileLoad : ServerLoad
{
    const int WarmUpFiles = 200;

    public required int Files { get; init; }

    public required int Size { get; init; }

    public required int Connections { get; init; }

    public override LoadResult Run()
    {
        var protocol = Protocol;
        var connections = Enumerable.Range(0, Connections).Select(_ => Connect()).ToArray();
        WarmUp(() => Send(protocol, connections, first: Files, Math.Min(Files, WarmUpFiles)));
        var meter = Meter.Start(Target.ProcessId);
        Send(protocol, connections, first: 0, Files);
        var figures = meter.Stop((long)Files * Size);
        Array.ForEach(connections, connection => connection.Dispose());
        return new LoadResult(new()
        {
            [Figure.Wall] = figures[Figure.Wall],
            [Figure.FilesPerSecond] = Files / figures[Figure.Wall],
            [Figure.ProcessorPerFile] = figures[Figure.Processor] * Size / (1 << 30) * 1000,
            [Figure.Peak] = figures[Figure.Peak],
        });
    }

    void Send(Protocol protocol, DriverConnection[] connections, int first, int count)
    {
        var sent = -1;
        Crew.Work(connections.Length, worker =>
        {
            for (int next; (next = Interlocked.Increment(ref sent)) < count;)
            {
                protocol.SendSmall(connections[worker], first + next, Size);
            }
        });
    }
}
