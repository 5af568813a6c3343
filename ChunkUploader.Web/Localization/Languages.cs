using Microsoft.Net.Http.Headers;

namespace ChunkUploader.Web.Localization;

/// <summary>
/// The languages (locales) of the pages, and which one a visitor gets. A translation is one file, <c>Languages/TAG.json</c>.
/// Tags are compared as text, so it needs no culture data on the machine.
/// </summary>
public sealed class Languages
{
    const string DefaultTag = "en";

    Languages(IReadOnlyList<Language> all) => All = all;

    /// <summary>The default one first.</summary>
    public IReadOnlyList<Language> All { get; }

    public Language Default => All[0];

    /// <exception cref="IOException">A file is missing, or not as it must be.</exception>
    public static Languages Read(string folder)
    {
        var first = Language.Read(Path.Combine(folder, $"{DefaultTag}.json"), fallback: null);
        var others = Directory.GetFiles(folder, "*.json")
            .Where(path => Path.GetFileNameWithoutExtension(path) != DefaultTag)
            .Order(StringComparer.Ordinal)
            .Select(path => Language.Read(path, first));
        return new Languages([first, .. others]);
    }

    /// <returns>The language of exactly this tag, or null.</returns>
    public Language? Find(string? tag) => All.FirstOrDefault(language => IsSame(language.Tag, tag));

    /// <summary>What fits best to what a browser prefers: the look-up of RFC 4647.</summary>
    public Language Best(IEnumerable<StringWithQualityHeaderValue> accepted) =>
        accepted.Where(range => range.Quality is not 0)
            .OrderByDescending(range => range.Quality ?? 1)
            .Select(range => LookUp(range.Value.ToString()))
            .FirstOrDefault(language => language is not null) ?? Default;

    /// <summary>Leaves out the end of the tag until a language fits: zh-Hans-CN, zh-Hans, zh.</summary>
    Language? LookUp(string range)
    {
        for (var end = range.Length; end > 0; end = range.LastIndexOf('-', end - 1))
        {
            var tag = range[..end];
            if ((Find(tag) ?? All.FirstOrDefault(one => one.Covers.Any(other => IsSame(other, tag)))) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    static bool IsSame(string tag, string? other) => tag.Equals(other, StringComparison.OrdinalIgnoreCase);
}
