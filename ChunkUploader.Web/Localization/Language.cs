using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Localization;

namespace ChunkUploader.Web.Localization;

/// <summary>
/// A language that pages are written in: one file in the folder <c>Languages</c>, named after its tag (BCP 47). What a
/// file lacks is said in the default language, which the scripts have built in.
/// </summary>
public sealed class Language : IStringLocalizer
{
    static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        AllowDuplicateProperties = false,
        RespectRequiredConstructorParameters = true,
    };

    readonly FrozenDictionary<string, string> _pages;

    Language(string tag, Content content, Language? fallback)
    {
        (Tag, Name, Covers) = (tag, content.Name, content.Covers);
        _pages = Merge(fallback?._pages, content.Pages);
        Scripts = content.Scripts ?? [];
    }

    /// <summary>Such as <c>zh-Hans</c>: what <c>lang</c> attributes say.</summary>
    public string Tag { get; }

    /// <summary>As its speakers call it.</summary>
    public string Name { get; }

    /// <summary>Other tags that it is the right answer to, such as <c>zh-CN</c>.</summary>
    public IReadOnlyList<string> Covers { get; }

    /// <summary>What the page's scripts say; a text that depends on a number has one for each plural form.</summary>
    public IReadOnlyDictionary<string, JsonElement> Scripts { get; }

    /// <summary>The titles of refusals, which scripts are told by their codes: <c>error.CODE</c>.</summary>
    public IEnumerable<KeyValuePair<string, string>> Refusals =>
        _pages.Where(text => text.Key.StartsWith("error.", StringComparison.Ordinal)
            && text.Key.Count(character => character == '.') == 1);

    /// <summary>The text of a page; a key that no language has stands for itself.</summary>
    public LocalizedString this[string name] =>
        _pages.TryGetValue(name, out var text)
            ? new LocalizedString(name, text)
            : new LocalizedString(name, name, resourceNotFound: true);

    public LocalizedString this[string name, params object[] arguments] =>
        new(name, string.Format(CultureInfo.InvariantCulture, this[name].Value, arguments));

    public IEnumerable<LocalizedString> GetAllStrings(bool includeParentCultures) =>
        _pages.Select(text => new LocalizedString(text.Key, text.Value));

    /// <exception cref="IOException">The file cannot be read, or is not as it must be.</exception>
    public static Language Read(string path, Language? fallback)
    {
        try
        {
            using var file = File.OpenRead(path);
            var content = JsonSerializer.Deserialize<Content>(file, Format)!;
            if (content.Scripts?.FirstOrDefault(text => !IsText(text.Value)) is { Key: { } wrong })
            {
                throw new JsonException($"what scripts say as \"{wrong}\" is no text, nor one for each plural form.");
            }

            return new Language(Path.GetFileNameWithoutExtension(path), content, fallback);
        }
        catch (JsonException exception)
        {
            throw new IOException($"{path} is not a language: {exception.Message}", exception);
        }
    }

    static bool IsText(JsonElement text) =>
        text.ValueKind is JsonValueKind.String
        || (text.ValueKind is JsonValueKind.Object
            && text.TryGetProperty("other", out _)
            && text.EnumerateObject().All(form => form.Value.ValueKind is JsonValueKind.String));

    static FrozenDictionary<string, string> Merge(
        IReadOnlyDictionary<string, string>? fallback, Dictionary<string, string> texts) =>
        (fallback ?? new Dictionary<string, string>()).Where(text => !texts.ContainsKey(text.Key))
            .Concat(texts)
            .ToFrozenDictionary();

    sealed record Content(
        string Name,
        string[] Covers,
        Dictionary<string, string> Pages,
        Dictionary<string, JsonElement>? Scripts = null);
}
