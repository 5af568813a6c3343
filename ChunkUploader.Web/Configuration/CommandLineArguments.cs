namespace ChunkUploader.Web.Configuration;

/// <summary>
/// Arguments that name no setting, or a setting without a value. The framework leaves out the former in silence, and takes
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
            if (!IsKey(argument))
            {
                return $"{argument} is no setting: settings are written as --Storage:Root /srv/uploads.";
            }

            if (argument.Contains('=', StringComparison.Ordinal))
            {
                continue;
            }

            i++;
            if (i == arguments.Count || arguments[i].StartsWith("--", StringComparison.Ordinal))
            {
                return $"{argument} needs a value.";
            }
        }

        return null;
    }

    /// <summary>A slash in front is as good, as is usual on Windows.</summary>
    static bool IsKey(string argument) =>
        argument.StartsWith("--", StringComparison.Ordinal)
        || (argument.StartsWith('/') && argument.Contains('=', StringComparison.Ordinal));
}
