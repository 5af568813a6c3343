using System.Text.Json;
using System.Text.RegularExpressions;
using ChunkUploader.Tests.Support;

namespace ChunkUploader.Tests.Browser.Pages;

/// <summary>What the pages and their scripts say in a language, by what they say in English.</summary>
public sealed partial class PageTexts
{
    readonly ILookup<string, string>? _translations;

    PageTexts(string name, ILookup<string, string>? translations) => (Name, _translations) = (name, translations);

    public static PageTexts English { get; } = new("English", null);

    /// <summary>Of the language, in itself.</summary>
    public string Name { get; }

    /// <exception cref="InvalidOperationException">There is no such text, or what it means depends on its place.</exception>
    public string this[string english] => _translations is null ? english : _translations[english].Distinct().Single();

    public static PageTexts In(string language)
    {
        if (language == "en")
        {
            return English;
        }

        var (from, to) = (Read("en"), Read(language));
        var pages = from.GetProperty("pages").EnumerateObject()
            .Select(text => (English: text.Value.GetString()!, Other: to.GetProperty("pages").GetProperty(text.Name)));
        var scripts = EnglishScript().Matches(File.ReadAllText(EnglishScripts)).Select(match =>
            (English: match.Groups["text"].Value, Other: to.GetProperty("scripts").GetProperty(match.Groups["key"].Value)));
        return new(to.GetProperty("name").GetString()!, pages.Concat(scripts)
            .ToLookup(text => text.English, text => text.Other.GetString()!));
    }

    /// <summary>With a value in its only place.</summary>
    public string With(string english, string value) => Place().Replace(this[english], _ => value);

    static string EnglishScripts { get; } = Path.Combine(ProjectFolders.Client, "src", "texts", "texts.en.ts");

    static JsonElement Read(string language) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(ProjectFolders.Web, "Languages", $"{language}.json"))).RootElement;

    [GeneratedRegex(@"^  (?<key>\w+): '(?<text>[^']+)',$", RegexOptions.Multiline)]
    private static partial Regex EnglishScript();

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Place();
}
