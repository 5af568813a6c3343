using System.Globalization;

namespace ChunkUploader.Tests.Benchmarks;

/// <summary>What the command line asks for.</summary>
sealed record BenchmarkOptions
{
    public const string Usage = """
        dotnet run -c Release --project ChunkUploader.Tests -- [OPTION]... [TEXT]...

        --quick          smaller sizes: a few minutes instead of half an hour
        --tiny           hardly anything: only shows that the benchmarks run
        --rounds N       how often each row is measured: 3 times by default
        --folder FOLDER  where the bytes are written; on a real disk; by default beside the built tests
        --json FILE      where the results are written; by default in ChunkUploader.Tests/TestResults
        TEXT             measures only rows whose section's title or name contains it
        """;

    Scale _scale = Scale.Full;
    int? _rounds;

    public Scale Scale => _scale with { Rounds = _rounds ?? _scale.Rounds };

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
                    options._scale = Scale.Quick;
                    break;
                case "--tiny":
                    options._scale = Scale.Tiny;
                    break;
                case "--rounds":
                    options._rounds = int.Parse(ValueAfter(rest), NumberStyles.None, CultureInfo.InvariantCulture);
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
