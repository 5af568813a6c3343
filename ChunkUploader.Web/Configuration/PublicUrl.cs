using ChunkUploader.Web.Security;

namespace ChunkUploader.Web.Configuration;

/// <summary>
/// The address that people use, where the operator has said it: whatever the proxies in between make of a request, it was
/// made to that one. Its path is that of the application, whether the proxy passes it on or not.
/// </summary>
static class PublicUrl
{
    static readonly string[] OwnPaths =
    [
        "admin", "check", "chunked", "css", "dist", "error", "examples", "files", "icons", "img", "languages", "openapi", "preferences",
        "scalar", "upload", "uploads",
    ];

    /// <summary>In seconds; a year.</summary>
    const string Hsts = "max-age=31536000";

    public static IApplicationBuilder UsePublicUrl(this IApplicationBuilder app, string publicUrl)
    {
        if (publicUrl.Length == 0)
        {
            return app;
        }

        var url = new Uri(publicUrl);
        var host = new HostString(url.Authority); // as browsers have it, without a port that goes without saying
        var pathBase = new PathString(url.AbsolutePath.TrimEnd('/'));
        return app.Use((context, next) =>
        {
            var request = context.Request;
            (request.Scheme, request.Host) = (url.Scheme, host);
            request.PathBase = pathBase;
            if (pathBase.HasValue && request.Path.StartsWithSegments(pathBase, out var rest))
            {
                request.Path = rest;
            }

            if (request.IsHttps)
            {
                context.Response.Headers.StrictTransportSecurity = Hsts;
            }

            return next(context);
        });
    }

    /// <summary>Whether it is one: http or https, a host, perhaps a path, and nothing behind. The path is plain, as a
    /// cookie's has to be, and none that one of the application's own may begin with: nobody could tell whether the proxy
    /// passes it on.</summary>
    public static bool IsValid(string text) =>
        text.Length == 0
        || (Uri.TryCreate(text, UriKind.Absolute, out var url)
            && url.Scheme is "http" or "https"
            && url.Query.Length == 0
            && url.Fragment.Length == 0
            && url.UserInfo.Length == 0
            && (url.AbsolutePath == "/" || ForwardedPrefix.IsPlainPath(url.AbsolutePath))
            && !MayBeOwn(url.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries)));

    /// <summary>Below <c>/files</c> there are ids only.</summary>
    static bool MayBeOwn(string[] path) =>
        path is [var first, ..]
        && OwnPaths.Contains(first, StringComparer.OrdinalIgnoreCase)
        && !(path is [_, var second, ..] && first.Equals("files", StringComparison.OrdinalIgnoreCase) && second.Length < 32);
}
