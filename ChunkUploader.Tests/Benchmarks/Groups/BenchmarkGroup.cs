using ChunkUploader.Tests.Benchmarks.Driving;
using ChunkUploader.Tests.Benchmarks.Tables;

namespace ChunkUploader.Tests.Benchmarks.Groups;

/// <summary>Rows that stand in one table.</summary>
abstract class BenchmarkGroup
{
    protected const int MiB = 1 << 20;
    protected const int ChunkSize = 8 * MiB;

    public abstract string TitleOf(Scale scale);

    /// <summary>Measures those of its rows that the section wants, and judges by them.</summary>
    public abstract Task RunAsync(Bench bench, Section section);

    protected static string NameOf(ServerKind kind) => kind switch
    {
        ServerKind.Ours => "ChunkUploader",
        ServerKind.Classic => "the classic way",
        _ => "bytes thrown away",
    };

    protected static string TextOf(long size) =>
        size % (1 << 30) == 0 ? $"{size >> 30} GiB" : size % MiB == 0 ? $"{size >> 20} MiB" : $"{size >> 10} KiB";
}
