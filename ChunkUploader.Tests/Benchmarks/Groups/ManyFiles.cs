using ChunkUploader.Tests.Benchmarks.Driving;
using ChunkUploader.Tests.Benchmarks.Tables;

namespace ChunkUploader.Tests.Benchmarks.Groups;

/// <summary>Large files at once.</summary>
sealed class ManyFiles : BenchmarkGroup
{
    public override string TitleOf(Scale scale) =>
        $"{scale.ManyFiles} files of {TextOf(scale.FileOfMany)} at once, over a connection each";

    public override Task RunAsync(Bench bench, Section section) =>
        section.TakeTurnsAsync(
            bench.Scale.Rounds,
            [
                .. from kind in Enum.GetValues<ServerKind>()
                   select new Contender(NameOf(kind), round => bench.MeasureAsync(kind, new UploadLoad
                   {
                       Files = bench.Scale.ManyFiles,
                       Size = bench.Scale.FileOfMany,
                       ChunkSize = ChunkSize,
                       Connections = 1,
                       Verifies = round == 0,
                   })),
            ]);
}
