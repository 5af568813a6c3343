namespace ChunkUploader.Tests.Benchmarks.Driving;

/// <summary>Writes the same bytes to the same disk with nothing around: as fast as it can be.</summary>
sealed record DiskLoad : Load
{
    const int PieceLength = 8 << 20;

    public required string Path { get; init; }

    public required long Size { get; init; }

    public bool Flushes { get; init; }

    public override LoadResult Run()
    {
        Write(PieceLength); // shows the runtime the way
        var meter = Meter.Start(Environment.ProcessId);
        Write(Size);
        var figures = meter.Stop(Size);
        figures.Remove(Figure.Peak);
        File.Delete(Path);
        return new LoadResult(figures);
    }

    void Write(long size)
    {
        File.Delete(Path);
        using var file = File.OpenHandle(Path, FileMode.CreateNew, FileAccess.Write);
        for (var at = 0L; at < size; at += PieceLength)
        {
            RandomAccess.Write(file, Content.Bytes((int)Math.Min(PieceLength, size - at)).Span, at);
        }

        if (Flushes)
        {
            RandomAccess.FlushToDisk(file);
        }
    }
}
