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

    /// <returns>A sentence for each.</returns>
    public static IEnumerable<string> Find(IConfiguration configuration) =>
        KeysIn(configuration).Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(key => $"{key} is no setting; did you mean {Nearest(key)}?");

    static IEnumerable<string> KeysIn(IConfiguration configuration)
    {
        foreach (var group in configuration.GetChildren().Where(child => Groups.ContainsKey(child.Key)))
        {
            if (!IsGroup(Groups[group.Key]) && group.GetChildren().FirstOrDefault() is { } below)
            {
                yield return below.Path;
            }

            foreach (var child in group.GetChildren().Where(_ => IsGroup(Groups[group.Key])))
            {
                if (!Known.Contains(child.Path, StringComparer.OrdinalIgnoreCase) || child.GetChildren().Any())
                {
                    yield return child.GetChildren().FirstOrDefault()?.Path ?? child.Path;
                }
            }
        }

        var providers = ((IConfigurationRoot)configuration).Providers
            .Where(provider => provider is JsonConfigurationProvider or CommandLineConfigurationProvider)
            .ToList();
        foreach (var group in Groups.Where(group => IsGroup(group.Value)).Select(group => group.Key))
        {
            if (providers.Exists(provider => provider.TryGet(group, out var value) && value is { Length: > 0 }))
            {
                yield return group; // a value for the whole group
            }
        }

        var own = providers.SelectMany(provider => provider.GetChildKeys([], null));
        foreach (var section in configuration.GetChildren().Where(section => !Groups.ContainsKey(section.Key)))
        {
            var below = section.GetChildren().ToList();
            var keys = below.Concat(below.SelectMany(child => child.GetChildren())).Select(child => child.Path);
            foreach (var key in keys.Append(section.Key).Where(IsNearlyKnown))
            {
                yield return key;
            }
        }

        foreach (var key in own.Where(key => !Groups.ContainsKey(key) && !OfFramework.Contains(key)))
        {
            yield return configuration.GetSection(key).GetChildren().FirstOrDefault()?.Path ?? key;
        }
    }

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
