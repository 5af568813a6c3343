using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.Json;

namespace ChunkUploader.Web.Configuration;

/// <summary>
/// Settings that are none: a mistyped one would be ignored, and the data lie somewhere else than the operator thinks. In
/// the environment only names below our own groups are looked at, and what is nearly one of our settings, as anything else
/// there is for other programs.
/// </summary>
static class UnknownSettings
{
    const string Application = "CHUNKUPLOADER";

    /// <summary>What the framework reads.</summary>
    static readonly HashSet<string> OfFramework = new(
        [
            "urls", "http_ports", "https_ports", "preferHostingUrls", "environment", "applicationName", "contentRoot",
            "webRoot", "hostBuilder", "AllowedHosts", "Logging", "Kestrel", "ConnectionStrings", "staticWebAssets",
            "shutdownTimeoutSeconds", "detailedErrors", "hostFilteringEnabled", "forwardedHeaders_Enabled", "Metrics",
            "Authentication", "suppressStatusMessages", "captureStartupErrors", "hostingStartupAssemblies",
            "hostingStartupExcludeAssemblies", "preventHostingStartup", "ReadOnlyDataProtectionKeyDirectory", "$schema",
        ],
        StringComparer.OrdinalIgnoreCase);

    static readonly Dictionary<string, Type> Groups = typeof(UploaderSettings).GetProperties()
        .ToDictionary(group => group.Name, group => group.PropertyType, StringComparer.OrdinalIgnoreCase);

    static readonly string[] Known = [.. Groups.SelectMany(group => IsGroup(group.Value)
        ? group.Value.GetProperties().Select(setting => $"{group.Key}:{setting.Name}")
        : [group.Key])];

    /// <summary>Each gives the keys that are wrong in one way.</summary>
    static readonly Func<IConfigurationRoot, IEnumerable<string>>[] Rules =
        [OfNoGroup, BelowValues, NotInTheirGroup, GroupsWithAValue, NearlyKnown];

    /// <returns>A sentence for each.</returns>
    public static IEnumerable<string> Find(IConfiguration configuration) =>
        Rules.SelectMany(rule => rule((IConfigurationRoot)configuration)).Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(key => $"{key} is no setting; did you mean {Nearest(key)}?");

    /// <summary><c>Strage:Root</c> in our own files or on the command line.</summary>
    static IEnumerable<string> OfNoGroup(IConfigurationRoot configuration) => OwnProviders(configuration)
        .SelectMany(provider => provider.GetChildKeys([], null))
        .Where(key => !Groups.ContainsKey(key) && !OfFramework.Contains(key))
        .Select(key => FirstBelow(configuration.GetSection(key))?.Path ?? key);

    /// <summary><c>PublicUrl:Foo</c>.</summary>
    static IEnumerable<string> BelowValues(IConfigurationRoot configuration) =>
        OurSections(configuration, areGroups: false).Select(FirstBelow).OfType<IConfigurationSection>().Select(below => below.Path);

    /// <summary><c>Storage:Rot</c>, and <c>Storage:Root:Foo</c>.</summary>
    static IEnumerable<string> NotInTheirGroup(IConfigurationRoot configuration) =>
        OurSections(configuration, areGroups: true)
            .SelectMany(group => group.GetChildren())
            .Where(child => !Known.Contains(child.Path, StringComparer.OrdinalIgnoreCase) || FirstBelow(child) is not null)
            .Select(child => FirstBelow(child)?.Path ?? child.Path);

    /// <summary><c>Storage</c> with a value of its own.</summary>
    static IEnumerable<string> GroupsWithAValue(IConfigurationRoot configuration) => Groups
        .Where(group => IsGroup(group.Value)
            && OwnProviders(configuration).Any(provider => provider.TryGet(group.Key, out var value) && value is { Length: > 0 }))
        .Select(group => group.Key);

    /// <summary><c>Storage_Root</c>, wherever it stands.</summary>
    static IEnumerable<string> NearlyKnown(IConfigurationRoot configuration) => configuration.GetChildren()
        .Where(section => !Groups.ContainsKey(section.Key))
        .SelectMany(section => section.GetChildren().SelectMany(child => child.GetChildren().Prepend(child)).Prepend(section))
        .Select(section => section.Path)
        .Where(IsNearlyKnown);

    static IEnumerable<IConfigurationSection> OurSections(IConfigurationRoot configuration, bool areGroups) =>
        configuration.GetChildren()
            .Where(section => Groups.TryGetValue(section.Key, out var type) && IsGroup(type) == areGroups);

    /// <summary>Where nothing stands that is for another program.</summary>
    static IEnumerable<IConfigurationProvider> OwnProviders(IConfigurationRoot configuration) => configuration.Providers
        .Where(provider => provider is JsonConfigurationProvider or CommandLineConfigurationProvider);

    static IConfigurationSection? FirstBelow(IConfigurationSection section) => section.GetChildren().FirstOrDefault();

    /// <summary>With its separators written otherwise, one letter wrong, or the application's name in front:
    /// <c>Storage_Root</c>, <c>Strage__Root</c>, <c>ChunkUploader__Storage__Root</c>. A setting without a group may have the
    /// name of another program's.</summary>
    static bool IsNearlyKnown(string key)
    {
        var letters = Letters(key);
        letters = letters.StartsWith(Application, StringComparison.Ordinal) ? letters[Application.Length..] : letters;
        return Known.Any(known => known.Contains(':', StringComparison.Ordinal) && Distance(Letters(known), letters) <= 1);
    }

    static string Letters(string key) => string.Concat(key.Where(char.IsLetterOrDigit)).ToUpperInvariant();

    static bool IsGroup(Type type) => type.IsClass && type != typeof(string);

    /// <summary>Of a key without a group the last part counts.</summary>
    static string Nearest(string key) => Known.Append("Urls").MinBy(known => Distance(
        (key.Contains(':', StringComparison.Ordinal) ? known : known.Split(':')[^1]).ToUpperInvariant(), key.ToUpperInvariant()))!;

    /// <summary>How many letters have to be changed, put in or taken out (Levenshtein).</summary>
    static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                (diagonal, row[j]) = (row[j], Math.Min(
                    Math.Min(row[j], row[j - 1]) + 1, diagonal + (one[i - 1] == other[j - 1] ? 0 : 1)));
            }
        }

        return row[^1];
    }
}
