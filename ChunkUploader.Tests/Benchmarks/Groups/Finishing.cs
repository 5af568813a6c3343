using ChunkUploader.Tests.Benchmarks.Driving;
using ChunkUploader.Tests.Benchmarks.Tables;

namespace ChunkUploader.Tests.Benchmarks.Groups;

/// <summary>The time from the last chunk's answer to completed, which is not to grow with the file.</summary>
sealed class Finishing : BenchmarkGroup
{
    /// <summary>A short time varies more, so it is measured more often.</summary>
    const int TimesShortest = 3;

    public override string TitleOf(Scale scale) => "Finishing, 3 chunks of 8 MiB at a time";

    public override async Task RunAsync(Bench bench, Section section)
    {
        var sizes = bench.Scale.FinishSizes;
        var (shortest, longest) = (sizes[0], sizes[^1]);
        await section.TakeTurnsAsync(
            bench.Scale.Rounds,
            [
                .. from size in Enumerable.Repeat(shortest, TimesShortest - 1).Concat(sizes)
                   select Row(InOrder(size), new() { Size = size, ChunkSize = ChunkSize }),
                .. from size in bench.Scale.FirstLastSizes
                   select Row(
                       $"{TextOf(size)}, first chunk last",
                       new() { Size = size, ChunkSize = ChunkSize, FirstChunkLast = true }),
                Row(
                    $"{InOrder(sizes[1])}, server on one core",
                    new() { Size = sizes[1], ChunkSize = ChunkSize },
                    onOneCore: true),
                Row(
                    $"{InOrder(shortest)}, the first upload after a start",
                    new() { Size = shortest, ChunkSize = ChunkSize, Warm = false }),
                Row(
                    $"{InOrder(sizes[1])}, {NameOf(ServerKind.Classic)}",
                    new() { Size = sizes[1], ChunkSize = ChunkSize },
                    ServerKind.Classic),
            ]);
        bench.Report.Judge(
            $"last chunk to completed, {TextOf(longest)} over {TextOf(shortest)}",
            section.Median(InOrder(longest), Figure.Finish) / section.Median(InOrder(shortest), Figure.Finish),
            1.5);

        Contender Row(string row, UploadLoad load, ServerKind kind = ServerKind.Ours, bool onOneCore = false) =>
            new(row, _ => bench.MeasureAsync(kind, load, onOneCore));
    }

    static string InOrder(long size) => $"{TextOf(size)} in order";
}
