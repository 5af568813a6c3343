using System.Text.RegularExpressions;

namespace ChunkUploader.Web.Security;

/// <summary>A proxy may pass on what a client has sent as <c>X-Forwarded-Prefix</c>; only a plain path is believed, with
/// which nobody can lead somebody to another host.</summary>
static partial class ForwardedPrefix
{
    const string Header = "X-Forwarded-Prefix";

    public static IApplicationBuilder UsePlausiblePrefix(this IApplicationBuilder app) =>
        app.Use((context, next) =>
        {
            var headers = context.Request.Headers;
            if (headers.TryGetValue(Header, out var prefix))
            {
                headers.Remove(Header);
                if (IsPlainPath(prefix.ToString()))
                {
                    headers[Header] = prefix.ToString().TrimEnd('/');
                }
            }

            return next(context);
        });

    /// <summary>Of letters, digits, <c>.</c>, <c>_</c>, <c>~</c> and <c>-</c> between its slashes.</summary>
    public static bool IsPlainPath(string path) => PlainPath().IsMatch(path);

    [GeneratedRegex(@"\A(/[A-Za-z0-9._~-]+)+/?\z")]
    private static partial Regex PlainPath();
}
