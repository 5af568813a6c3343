namespace ChunkUploader.Web.Configuration;

/// <summary>
/// Arguments that name no setting, or a setting without a value: the framework leaves out the former in silence, and takes
/// the next argument for the value of the latter.
/// </summary>
public static class CommandLineArguments
{
    /// <returns>A sentence about the first that is wrong; null where none is.</returns>
    public static string? FindFault(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (argument.Length == 0 || HasValue(argument))
            {
                continue;
            }

            if (!TakesNext(argument))
            {
                return $"{argument} is no setting: settings are written as --Storage:Root /srv/uploads.";
            }

            i++;
            if (i == arguments.Count || arguments[i].StartsWith("--", StringComparison.Ordinal))
            {
                return $"{argument} needs a value.";
            }
        }

        return null;
    }

    /// <summary><c>--key=value</c>, <c>/key=value</c> or <c>key=value</c>.</summary>
    static bool HasValue(string argument) =>
        argument.IndexOf('=', StringComparison.Ordinal) > 0
        && (argument.StartsWith("--", StringComparison.Ordinal) || !argument.StartsWith('-'));

    /// <summary><c>--key value</c>, and on Windows, where no path begins so, <c>/key value</c>.</summary>
    static bool TakesNext(string argument) =>
        argument.StartsWith("--", StringComparison.Ordinal) || (OperatingSystem.IsWindows() && argument.StartsWith('/'));
}
