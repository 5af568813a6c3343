using ChunkUploader.Tests.Benchmarks.Driving;
using ChunkUploader.Tests.Benchmarks.Tables;

namespace ChunkUploader.Tests.Benchmarks.Groups;

/// <summary>Many small files: one request each, and in the classic way one for the chunk and one to complete.</summary>
sealed class SmallFiles : BenchmarkGroup
{
    const int FileSize = 4096;
    const int Connections = 16;

    public override string TitleOf(Scale scale) =>
        $"{scale.SmallFiles} files of {TextOf(FileSize)}, {Connections} connections";

    public override async Task RunAsync(Bench bench, Section section)
    {
        await section.TakeTurnsAsync(bench.Scale.Rounds, Row(ServerKind.Ours), Row(ServerKind.Classic));
        bench.Report.Judge(
            "small files a second, against the classic way",
            section.Median(NameOf(ServerKind.Ours), Figure.FilesPerSecond)
                / section.Median(NameOf(ServerKind.Classic), Figure.FilesPerSecond),
            2,
            mustExceed: true);

        Contender Row(ServerKind kind) => new(NameOf(kind), _ => bench.MeasureAsync(kind, new SmallFileLoad
        {
            Files = bench.Scale.SmallFiles,
            Size = FileSize,
            Connections = Connections,
        }));
    }
}
