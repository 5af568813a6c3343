using ChunkUploader.Tests.Benchmarks.Driving;
using ChunkUploader.Tests.Benchmarks.Tables;

namespace ChunkUploader.Tests.Benchmarks.Groups;

/// <summary>The server's memory while many chunks are under way, each but for its last bytes.</summary>
sealed class ChunksInFlight : BenchmarkGroup
{
    public override string TitleOf(Scale scale) => $"{scale.InFlight} chunks of {TextOf(ChunkSize)} in flight at once";

    public override async Task RunAsync(Bench bench, Section section)
    {
        await section.TakeTurnsAsync(bench.Scale.Rounds, Row(ServerKind.Ours), Row(ServerKind.Classic));
        bench.Report.Judge(
            $"peak memory, {TitleOf(bench.Scale)}",
            section.Median(NameOf(ServerKind.Ours), Figure.Peak),
            250,
            unit: " MiB");

        Contender Row(ServerKind kind) => new(NameOf(kind), _ => bench.MeasureAsync(kind, new UploadLoad
        {
            Size = bench.Scale.InFlightFile,
            ChunkSize = ChunkSize,
            Connections = bench.Scale.InFlight,
            HoldsFirstChunks = true,
        }));
    }
}
