using System.Diagnostics;
using ChunkUploader.Tests.Benchmarks.Driving;
using ChunkUploader.Tests.Benchmarks.Servers;
using ChunkUploader.Tests.Benchmarks.Tables;
using ChunkUploader.Tests.Support;

namespace ChunkUploader.Tests.Benchmarks;

/// <summary>What the benchmarks share: a disk, servers, and the report.</summary>
sealed class Bench(BenchmarkOptions options, Report report, TextWriter progress) : IDisposable
{
    const string Prefix = "benchmark-data-";

    readonly TempFolder _data = new(Path.Combine(options.Folder, $"{Prefix}{Environment.ProcessId}"));
    int _names;

    public Scale Scale => options.Scale;

    public Report Report => report;

    public Section NewSection(string title) => new(title, options.IsWanted, progress.WriteLine);

    /// <summary>Removes what runs have left that were interrupted: it may be a lot.</summary>
    public static void RemoveLeftovers(string folder)
    {
        foreach (var left in Directory.EnumerateDirectories(folder, $"{Prefix}*"))
        {
            if (!Directory.Exists($"/proc/{Path.GetFileName(left)[Prefix.Length..]}"))
            {
                Directory.Delete(left, recursive: true);
            }
        }
    }

    /// <summary>The name of a file or folder that is not there yet, on the disk that is measured.</summary>
    public string NewPath() => _data.Combine($"{_names++}");

    /// <summary>For a server; declared before it, so that it goes after it.</summary>
    public TempFolder NewFolder() => new(NewPath());

    /// <summary>Puts a load on a fresh server with an empty folder.</summary>
    public async Task<LoadResult> MeasureAsync(ServerKind kind, ServerLoad load, bool onOneCore = false)
    {
        using var folder = NewFolder();
        await using var server = await RunningServer.StartAsync(kind, folder.Path, onOneCore);
        await SettleAsync();
        return await server.TakeAsync(load);
    }

    /// <summary>Measures what needs no server.</summary>
    public async Task<LoadResult> MeasureAsync(Load load)
    {
        await SettleAsync();
        return await LoadDriver.RunAsync(load);
    }

    /// <summary>Waits until the disk has what was written before, so that nobody pays for another's writes.</summary>
    public async Task SettleAsync()
    {
        if (Scale.Settles)
        {
            using var sync = Process.Start("sync");
            await sync.WaitForExitAsync();
        }
    }

    public void Dispose() => _data.Dispose();
}
