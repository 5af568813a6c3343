using System.Globalization;
using ChunkUploader.Tests.Benchmarks.Groups;
using ChunkUploader.Tests.Benchmarks.Tables;
using ChunkUploader.Tests.Support;

namespace ChunkUploader.Tests.Benchmarks;

/// <summary>Measures what the command line asks for, and writes tables and JSON.</summary>
static class BenchmarkRun
{
    static readonly BenchmarkGroup[] Groups =
    [
        new OneFile(),
        new ManyFiles(),
        new SlowUploads(),
        new SmallFiles(),
        new Finishing(),
        new Resuming(),
        new InstantLookups(),
        new ChunksInFlight(),
        new Downloads(),
        new PageUploads(),
    ];

    const string Explanation = """
        Cells are the median (smallest to largest) of all rounds; the rows of a table were measured in turns. A server
        is a process of its own, fresh and with an empty folder for each upload that is measured, and warmed by a small
        one; its processor time and its largest resident memory are read from /proc. The driver is another process on
        the same machine. For rows without a server, CPU is the measuring process's own.
        """;

    /// <param name="progress">Is told what is being measured, and why nothing is.</param>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter progress)
    {
        BenchmarkOptions options;
        try
        {
            options = BenchmarkOptions.Parse(arguments);
        }
        catch (FormatException exception)
        {
            await progress.WriteLineAsync($"{exception.Message}\n\n{BenchmarkOptions.Usage}");
            return 1;
        }

        if (Machine.Objection() is { } objection)
        {
            await progress.WriteLineAsync(objection);
            return 1;
        }

        Directory.CreateDirectory(options.Folder);
        Bench.RemoveLeftovers(options.Folder);
        var machine = Machine.Describe(options.Folder);
        await output.WriteLineAsync($"{machine}\n\n{Explanation}");
        var report = new Report(machine);
        using var bench = new Bench(options, report, progress);
        foreach (var group in Groups)
        {
            var section = bench.NewSection(group.TitleOf(options.Scale));
            await group.RunAsync(bench, section);
            if (section.Rows.Count > 0)
            {
                report.Add(section);
                await output.WriteLineAsync($"\n## {section.Title}\n\n{section.ToMarkdown()}");
            }
        }

        if (report.GoalsToMarkdown() is { } goals)
        {
            await output.WriteLineAsync($"\n## Goals\n\n{goals}");
        }

        var json = options.Json ?? DefaultJson();
        Directory.CreateDirectory(Path.GetDirectoryName(json)!);
        await File.WriteAllTextAsync(json, report.ToJson());
        await output.WriteLineAsync($"\n{json}");
        return 0;
    }

    static string DefaultJson() => Path.Combine(
        ProjectFolders.Tests,
        "TestResults",
        string.Create(CultureInfo.InvariantCulture, $"benchmarks-{DateTime.UtcNow:yyyyMMdd-HHmmss}.json"));
}
