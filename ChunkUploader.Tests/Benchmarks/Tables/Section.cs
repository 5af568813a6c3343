using ChunkUploader.Tests.Benchmarks.Driving;

namespace ChunkUploader.Tests.Benchmarks.Tables;

/// <summary>A table of rows that can be compared, because they were measured in turns.</summary>
/// <param name="isWanted">Whether a row is, by the title and its name.</param>
/// <param name="progress">Is told what is being measured.</param>
sealed class Section(string title, Func<string, bool> isWanted, Action<string> progress)
{
    readonly OrderedDictionary<string, OrderedDictionary<string, Samples>> _rows = [];

    public string Title => title;

    /// <summary>Of each row's name, its figures.</summary>
    public IReadOnlyDictionary<string, OrderedDictionary<string, Samples>> Rows => _rows;

    public bool Wants(string row) => isWanted($"{title}: {row}");

    /// <summary>Measures one after the other, and all of them again, so that no one has the better moments.</summary>
    public async Task TakeTurnsAsync(int rounds, params IReadOnlyList<Contender> contenders)
    {
        for (var round = 0; round < rounds; round++)
        {
            foreach (var contender in contenders.Where(contender => Wants(contender.Row)))
            {
                progress($"{title}: {contender.Row}, {round + 1} of {rounds}");
                Add(contender.Row, await contender.MeasureAsync(round));
            }
        }
    }

    /// <summary>Null if it was not measured.</summary>
    public double? Median(string row, string figure) =>
        _rows.TryGetValue(row, out var figures) ? figures[figure].Median : null;

    public string ToMarkdown()
    {
        var columns = _rows.Values.SelectMany(figures => figures.Keys).Distinct().ToList();
        return Markdown.Table(
            ["", .. columns],
            _rows.Select(row => (IEnumerable<string>)
                [row.Key, .. columns.Select(column => row.Value.GetValueOrDefault(column)?.ToString() ?? "")]));
    }

    void Add(string row, LoadResult result)
    {
        var figures = _rows.TryGetValue(row, out var known) ? known : _rows[row] = [];
        foreach (var (figure, value) in result.Figures)
        {
            (figures.TryGetValue(figure, out var samples) ? samples : figures[figure] = new Samples()).Add(value);
        }
    }
}

/// <param name="MeasureAsync">Is told the number of the round, from 0 on.</param>
sealed record Contender(string Row, Func<int, Task<LoadResult>> MeasureAsync);
