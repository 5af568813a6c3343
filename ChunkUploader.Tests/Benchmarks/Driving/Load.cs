using System.Text.Json.Serialization;

namespace ChunkUploader.Tests.Benchmarks.Driving;

/// <summary>Something to do and to measure, in a driver process of its own.</summary>
[JsonDerivedType(typeof(UploadLoad), nameof(UploadLoad))]
[JsonDerivedType(typeof(SmallFileLoad), nameof(SmallFileLoad))]
[JsonDerivedType(typeof(SlowLoad), nameof(SlowLoad))]
[JsonDerivedType(typeof(QuestionLoad), nameof(QuestionLoad))]
[JsonDerivedType(typeof(DownloadLoad), nameof(DownloadLoad))]
[JsonDerivedType(typeof(DiskLoad), nameof(DiskLoad))]
[JsonDerivedType(typeof(DigestLoad), nameof(DigestLoad))]
abstract record Load
{
    public abstract LoadResult Run();
}

/// <summary>One that is put on a server.</summary>
abstract record ServerLoad : Load
{
    // Long enough for the server's runtime to have compiled once more what the warm-up has shown to be hot.
    static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(500);

    public Target Target { get; init; } = null!;

    /// <summary>Whether the server is shown such work before it is measured.</summary>
    public bool Warm { get; init; } = true;

    [JsonIgnore]
    protected Protocol Protocol => Protocol.Of(Target);

    /// <summary>By a small upload in many chunks, so that each part of the way is gone often.</summary>
    protected void WarmUp() => WarmUp(() => new UploadLoad
    {
        Target = Target,
        Warm = false,
        FirstFile = 1_000_000,
        Size = 16 << 20,
        ChunkSize = 256 << 10,
    }.Run());

    protected void WarmUp(Action work)
    {
        if (Warm)
        {
            work();
            Thread.Sleep(Settling);
        }
    }

    protected DriverConnection Connect() => new(Target.Address);
}

/// <param name="Figures">By the names of <see cref="Figure"/>.</param>
/// <param name="Id">Of the upload or path of the file that was made, for a load that goes on with it.</param>
sealed record LoadResult(Dictionary<string, double> Figures, string? Id = null);
