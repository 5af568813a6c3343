using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChunkUploader.Tests.Benchmarks.Tables;

/// <summary>All that was measured, for people and for programs.</summary>
sealed class Report(string machine)
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    readonly List<Section> _sections = [];
    readonly List<Goal> _goals = [];

    public void Add(Section section) => _sections.Add(section);

    /// <summary>Null: not measured, as what it is made of was not asked for.</summary>
    public void Judge(string name, double? value, double limit, bool mustExceed = false, string unit = "")
    {
        if (value is { } known)
        {
            _goals.Add(new Goal(name, known, limit, mustExceed, unit));
        }
    }

    /// <summary>Null where nothing was measured that a goal speaks of.</summary>
    public string? GoalsToMarkdown() =>
        _goals.Count == 0
            ? null
            : Markdown.Table(["goal", "wanted", "measured", ""], _goals.Select(goal => goal.Cells));

    public string ToJson() => new JsonObject
    {
        ["machine"] = machine,
        ["sections"] = new JsonArray([.. _sections.Select(JsonOf)]),
        ["goals"] = JsonSerializer.SerializeToNode(_goals.Select(
            goal => new { goal.Name, goal.Value, goal.Limit, goal.MustExceed, goal.Unit, goal.IsMet })),
    }.ToJsonString(Indented);

    static JsonNode JsonOf(Section section) => new JsonObject
    {
        ["title"] = section.Title,
        ["rows"] = new JsonArray([.. section.Rows.Select(row => new JsonObject
        {
            ["name"] = row.Key,
            ["figures"] = new JsonObject(row.Value.Select(figure => KeyValuePair.Create(
                figure.Key,
                JsonSerializer.SerializeToNode(
                    new { figure.Value.Min, figure.Value.Median, figure.Value.Max, figure.Value.Values })))),
        })]),
    };
}
