using System.Text.Json;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace ChunkUploader.Tests.Support;

/// <summary>
/// Compares answers with those that a document shows. What is another one each time (ids, secrets, times) only has the
/// form of the one that is shown; but where the document shows an id or a secret again, the server gave it again.
/// </summary>
sealed partial class DocumentedValues
{
    /// <summary>By the field's name. What is in a group is used in later calls and answers.</summary>
    static readonly Dictionary<string, Regex> Forms = new()
    {
        ["id"] = Id(),
        ["nonce"] = Nonce(),
        ["resumeUrl"] = ResumeUrl(),
        ["expiresAt"] = Time(),
        ["uploadedAt"] = Time(),
    };

    readonly Dictionary<string, string> _given = []; // by what the document shows in its place

    /// <summary>A text of the document, with what the server has given in place of what is shown.</summary>
    public string InPlace(string text) =>
        _given.Aggregate(text, (replaced, pair) => replaced.Replace(pair.Key, pair.Value, StringComparison.Ordinal));

    public void AssertEqual(HttpText actual, HttpText shown, string where)
    {
        Assert.That(actual.StatusLine, Is.EqualTo(shown.StatusLine), $"{where}\n{actual.Body}");
        if (shown.Body is ['{' or '[', ..])
        {
            AssertEqual(JsonElement.Parse(actual.Body), JsonElement.Parse(shown.Body), "", where);
        }
        else
        {
            Assert.That(actual.Body, Is.EqualTo(InPlace(shown.Body)), where);
        }

        foreach (var (name, value) in shown.Headers)
        {
            Assert.That(actual.Headers.GetValueOrDefault(name), Is.EqualTo(InPlace(value)), $"{where}: {name}");
        }
    }

    void AssertEqual(JsonElement actual, JsonElement shown, string name, string where)
    {
        Assert.That(actual.ValueKind, Is.EqualTo(shown.ValueKind), where);
        switch (shown.ValueKind)
        {
            case JsonValueKind.Object when actual.ValueKind == JsonValueKind.Object:
                Assert.That(NamesIn(actual), Is.EqualTo(NamesIn(shown)), where);
                foreach (var (field, shownField) in actual.EnumerateObject().Zip(shown.EnumerateObject()))
                {
                    AssertEqual(field.Value, shownField.Value, shownField.Name, $"{where}: {shownField.Name}");
                }

                break;
            case JsonValueKind.Array when actual.ValueKind == JsonValueKind.Array:
                Assert.That(actual.GetArrayLength(), Is.EqualTo(shown.GetArrayLength()), where);
                foreach (var (item, shownItem) in actual.EnumerateArray().Zip(shown.EnumerateArray()))
                {
                    AssertEqual(item, shownItem, name, where);
                }

                break;
            case JsonValueKind.String when Forms.TryGetValue(name, out var form):
                AssertForm(form, $"{actual}", $"{shown}", where);
                break;
            default:
                Assert.That($"{actual}", Is.EqualTo(InPlace($"{shown}")), where);
                break;
        }
    }

    static IEnumerable<string> NamesIn(JsonElement json) => json.EnumerateObject().Select(field => field.Name);

    void AssertForm(Regex form, string actual, string shown, string where)
    {
        Assert.That(shown, Does.Match(form), where);
        Assert.That(actual, Does.Match(form), where);
        var values = form.Match(actual).Groups.Values.Select(group => group.Value).Skip(1);
        var shownValues = form.Match(shown).Groups.Values.Select(group => group.Value).Skip(1);
        foreach (var (value, shownValue) in values.Zip(shownValues))
        {
            if (!_given.TryAdd(shownValue, value))
            {
                Assert.That(value, Is.EqualTo(_given[shownValue]), $"{where}: shown as one of before");
            }

            Assert.That(_given.Values.Count(given => given == value), Is.EqualTo(1), $"{where}: shown as a new one");
        }
    }

    [GeneratedRegex("^([0-9a-f]{32})$")]
    private static partial Regex Id();

    [GeneratedRegex("^([0-9a-f]{64})$")]
    private static partial Regex Nonce();

    [GeneratedRegex(@"^/#resume=([0-9a-f]{32})\.([A-Za-z0-9_-]{22})$")]
    private static partial Regex ResumeUrl();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?\+00:00$")]
    private static partial Regex Time();
}
