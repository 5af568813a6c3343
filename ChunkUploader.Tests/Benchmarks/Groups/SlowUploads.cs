using ChunkUploader.Tests.Benchmarks.Driving;
using ChunkUploader.Tests.Benchmarks.Tables;

namespace ChunkUploader.Tests.Benchmarks.Groups;

/// <summary>Whether many slow clients keep each other, or somebody who only asks, waiting.</summary>
sealed class SlowUploads : BenchmarkGroup
{
    public override string TitleOf(Scale scale) =>
        $"{scale.SlowUploads} uploads of {TextOf(scale.SlowFile)} at once, 1 MiB/s each";

    public override Task RunAsync(Bench bench, Section section) =>
        section.TakeTurnsAsync(
            bench.Scale.Rounds,
            new Contender(NameOf(ServerKind.Ours), _ => bench.MeasureAsync(ServerKind.Ours, new SlowLoad
            {
                Files = bench.Scale.SlowUploads,
                Size = bench.Scale.SlowFile,
                ChunkSize = bench.Scale.SlowChunk,
                BytesPerSecond = MiB,
            })));
}
