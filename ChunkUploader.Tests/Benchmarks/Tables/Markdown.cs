namespace ChunkUploader.Tests.Benchmarks.Tables;

static class Markdown
{
    public static string Table(IReadOnlyList<string> columns, IEnumerable<IEnumerable<string>> rows) =>
        string.Join(
            Environment.NewLine,
            rows.Prepend(columns.Select((_, at) => at == 0 ? "---" : "---:")).Prepend(columns)
                .Select(row => $"| {string.Join(" | ", row)} |"));
}
