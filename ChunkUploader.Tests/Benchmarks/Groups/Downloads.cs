using ChunkUploader.Tests.Benchmarks.Driving;
using ChunkUploader.Tests.Benchmarks.Servers;
using ChunkUploader.Tests.Benchmarks.Tables;

namespace ChunkUploader.Tests.Benchmarks.Groups;

/// <summary>Reading a stored file, which is still in the page cache: what the server adds to the disk's time.</summary>
sealed class Downloads : BenchmarkGroup
{
    public override string TitleOf(Scale scale) => $"Downloads of {TextOf(scale.LargeFile)}";

    public override async Task RunAsync(Bench bench, Section section)
    {
        var size = bench.Scale.LargeFile;
        var rows = (from rangeLength in new[] { 0, ChunkSize } from readers in new[] { 1, 8 } select
            (Name: $"{(rangeLength == 0 ? "whole" : $"in ranges of {TextOf(rangeLength)}")}, {readers} at once",
                Load: new DownloadLoad { Path = "", Size = size, Readers = readers, RangeLength = rangeLength }))
            .ToList();
        if (!rows.Exists(row => section.Wants(row.Name)))
        {
            return;
        }

        using var folder = bench.NewFolder();
        await using var server = await RunningServer.StartAsync(ServerKind.Ours, folder.Path, onOneCore: false);
        var stored = await server.TakeAsync(new UploadLoad { Size = size, ChunkSize = ChunkSize });
        await section.TakeTurnsAsync(
            bench.Scale.Rounds,
            [
                .. from row in rows
                   let load = row.Load with { Path = stored.Id! }
                   select new Contender(row.Name, _ => server.TakeAsync(load)),
            ]);
    }
}
