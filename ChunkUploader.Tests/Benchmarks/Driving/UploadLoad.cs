using System.Text.Json.Serialization;

namespace ChunkUploader.Tests.Benchmarks.Driving;

/// <summary>Uploads large files, from begin to completed.</summary>
sealed record UploadLoad : ServerLoad
{
    /// <summary>How many at once, each over connections of its own.</summary>
    public int Files { get; init; } = 1;

    /// <summary>The number of the first of them: the content of a number differs from that of any other.</summary>
    public int FirstFile { get; init; }

    public required long Size { get; init; }

    public required int ChunkSize { get; init; }

    /// <summary>Of each file.</summary>
    public int Connections { get; init; } = 3;

    public bool FirstChunkLast { get; init; }

    /// <summary>Ends no connection's first chunk before all of them have sent all of theirs but the end.</summary>
    public bool HoldsFirstChunks { get; init; }

    /// <summary>Sends every second chunk and does not complete.</summary>
    public bool StopsHalfway { get; init; }

    /// <summary>Reads the stored file afterwards, outside what is measured, and compares it.</summary>
    public bool Verifies { get; init; }

    [JsonIgnore]
    public int ChunkCount => (int)((Size + ChunkSize - 1) / ChunkSize);

    public override LoadResult Run()
    {
        var files = Enumerable.Range(0, Files).Select(number => new FileUpload(this, FirstFile + number)).ToList();
        WarmUp();
        var meter = Meter.Start(Target.ProcessId);
        Crew.Work(Files, number => files[number].Run());
        var figures = meter.Stop(Files * Size / (StopsHalfway ? 2 : 1));
        if (files[0].Stored is not null)
        {
            figures[Figure.Finish] = files.Max(file => file.Finish.TotalMilliseconds);
        }

        if (Verifies)
        {
            files.ForEach(file => file.Verify());
        }

        files.ForEach(file => file.Dispose());
        return new LoadResult(figures, StopsHalfway ? files[0].Id : files[0].Stored?.Path);
    }
}
