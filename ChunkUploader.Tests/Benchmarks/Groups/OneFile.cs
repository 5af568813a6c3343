using ChunkUploader.Tests.Benchmarks.Driving;
using ChunkUploader.Tests.Benchmarks.Tables;

namespace ChunkUploader.Tests.Benchmarks.Groups;

/// <summary>A large file, from begin to completed, and what its parts cost alone.</summary>
sealed class OneFile : BenchmarkGroup
{
    const string Write = "the same bytes written to the disk, nothing else";
    const string WriteAndFlush = "the same, and fsync";
    const string Md5 = "MD5 alone, from memory";
    const string Sha256 = "SHA-256 alone, from memory";

    public override string TitleOf(Scale scale) => $"One file of {TextOf(scale.LargeFile)}, 3 chunks at a time";

    public override async Task RunAsync(Bench bench, Section section)
    {
        var size = bench.Scale.LargeFile;
        await section.TakeTurnsAsync(
            bench.Scale.Rounds,
            [
                .. from onOneCore in new[] { true, false }
                   from chunkSize in new[] { ChunkSize, MiB }
                   from kind in Enum.GetValues<ServerKind>()
                   select new Contender(RowOf(kind, onOneCore, chunkSize), round => bench.MeasureAsync(
                       kind,
                       new UploadLoad { Size = size, ChunkSize = chunkSize, Verifies = round == 0 },
                       onOneCore)),
                Bare(Write, () => new DiskLoad { Path = bench.NewPath(), Size = size }),
                Bare(WriteAndFlush, () => new DiskLoad { Path = bench.NewPath(), Size = size, Flushes = true }),
                Bare(Md5, () => new DigestLoad { Algorithm = "MD5", Size = size }),
                Bare(Sha256, () => new DigestLoad { Algorithm = "SHA256", Size = size }),
            ]);
        Judge(bench.Report, section, TextOf(size));

        Contender Bare(string row, Func<Load> load) => new(row, _ => bench.MeasureAsync(load()));
    }

    static string RowOf(ServerKind kind, bool onOneCore, int chunkSize) =>
        $"{NameOf(kind)}, chunks of {TextOf(chunkSize)}, {(onOneCore ? "server on one core" : "on all cores")}";

    static void Judge(Report report, Section section, string size)
    {
        report.Judge(
            $"wall, {size}, server on one core, everything verified, against the classic way unverified",
            Of(ServerKind.Ours, true, Figure.Wall) / Of(ServerKind.Classic, true, Figure.Wall),
            1.0);
        foreach (var onOneCore in new[] { true, false })
        {
            report.Judge(
                "server's CPU a GiB, everything verified, over (bytes thrown away + MD5 + SHA-256 alone), "
                    + (onOneCore ? "server on one core" : "on all cores"),
                Of(ServerKind.Ours, onOneCore, Figure.Processor)
                    / (Of(ServerKind.Discarding, onOneCore, Figure.Processor)
                        + section.Median(Md5, Figure.Processor) + section.Median(Sha256, Figure.Processor)),
                0.9);
        }

        if (section.Median(WriteAndFlush, Figure.Wall) is { } write && section.Median(Md5, Figure.Wall) is { } md5)
        {
            report.Judge(
                $"wall of the whole upload, {size}, on all cores, driver included, over max(bare write and fsync, MD5)",
                Of(ServerKind.Ours, false, Figure.Wall) / Math.Max(write, md5),
                1.6);
        }

        double? Of(ServerKind kind, bool onOneCore, string figure) =>
            section.Median(RowOf(kind, onOneCore, ChunkSize), figure);
    }
}
