using System.Text;

namespace ChunkUploader.Tests.Benchmarks.Driving;

/// <summary>Reads a stored file, by so many readers at once, each all of it.</summary>
sealed record DownloadLoad : ServerLoad
{
    public required string Path { get; init; }

    public required long Size { get; init; }

    public required int Readers { get; init; }

    /// <summary>Bytes asked for at a time; 0: the whole file.</summary>
    public long RangeLength { get; init; }

    public override LoadResult Run()
    {
        var connections = Enumerable.Range(0, Readers).Select(_ => Connect()).ToArray();
        WarmUp(() => Array.ForEach(new int[50], _ => ReadRange(connections[0], 0, Math.Min(Size, 256 << 10))));
        var meter = Meter.Start(Target.ProcessId);
        Crew.Work(Readers, reader =>
        {
            var step = RangeLength == 0 ? Size : RangeLength;
            for (var at = 0L; at < Size; at += step)
            {
                ReadRange(connections[reader], at, Math.Min(step, Size - at));
            }
        });
        var figures = meter.Stop(Readers * Size);
        Array.ForEach(connections, connection => connection.Dispose());
        return new LoadResult(figures);
    }

    void ReadRange(DriverConnection connection, long offset, long length)
    {
        var isWhole = length == Size;
        var head = Protocol.GetHead(Path, isWhole ? null : $"{offset}-{offset + length - 1}");
        connection.Send(Encoding.ASCII.GetBytes(head));
        var read = 0L;
        var (status, _) = connection.ReadBody(bytes => read += bytes.Length);
        if (status != (isWhole ? 200 : 206) || read != length)
        {
            throw new InvalidOperationException($"Answered {status} with {read} bytes instead of {length}.");
        }
    }
}
