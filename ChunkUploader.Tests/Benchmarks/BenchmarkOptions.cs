namespace ChunkUploader.Tests.Benchmarks;

/// <summary>What the command line asks for.</summary>
sealed record BenchmarkOptions
{
    public const string Usage = """
        dotnet run -c Release --project ChunkUploader.Tests -- [--quick] [--folder FOLDER] [--json FILE] [TEXT]...

        --quick          smaller sizes: a few minutes instead of half an hour
        --tiny           hardly anything: only shows that the benchmarks run
        --folder FOLDER  where the bytes are written; on a real disk; by default beside the built tests
        --json FILE      where the results are written; by default in ChunkUploader.Tests/TestResults
        TEXT             measures only rows whose section's title or name contains it
        """;

    public Scale Scale { get; private set; } = Scale.Full;

    public string Folder { get; private set; } = AppContext.BaseDirectory;

    public string? Json { get; private set; }

    public List<string> Rows { get; } = [];

    /// <exception cref="FormatException">The message says what is not understood.</exception>
    public static BenchmarkOptions Parse(IEnumerable<string> arguments)
    {
        var options = new BenchmarkOptions();
        using var rest = arguments.GetEnumerator();
        while (rest.MoveNext())
        {
            switch (rest.Current)
            {
                case "--quick":
                    options.Scale = Scale.Quick;
                    break;
                case "--tiny":
                    options.Scale = Scale.Tiny;
                    break;
                case "--folder":
                    options.Folder = Path.GetFullPath(ValueAfter(rest));
                    break;
                case "--json":
                    options.Json = Path.GetFullPath(ValueAfter(rest));
                    break;
                case ['-', ..] unknown:
                    throw new FormatException($"There is no option {unknown}.");
                default:
                    options.Rows.Add(rest.Current);
                    break;
            }
        }

        return options;
    }

    public bool IsWanted(string row) =>
        Rows.Count == 0 || Rows.Exists(text => row.Contains(text, StringComparison.OrdinalIgnoreCase));

    static string ValueAfter(IEnumerator<string> rest)
    {
        var option = rest.Current;
        return rest.MoveNext() ? rest.Current : throw new FormatException($"{option} needs a value.");
    }
}
