using ChunkUploader.Web.Errors;
using Microsoft.Net.Http.Headers;

namespace ChunkUploader.Web.Security;

/// <summary>
/// Refuses requests that change something and were made by another site's page, whether they carry a cookie or not,
/// unless that site is configured (see <see cref="OtherOrigins"/>).
/// Scripts and programs outside browsers send neither of the headers looked at, and pass.
/// </summary>
public sealed class CrossSiteGuard(RequestDelegate next, OtherOrigins others)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var isSafe = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)
            || HttpMethods.IsOptions(request.Method);
        if (isSafe || IsOwn(request) || others.Allow(request.Headers.Origin.ToString(), request.Path))
        {
            return next(context);
        }

        return Results.Problem(
            statusCode: StatusCodes.Status403Forbidden,
            title: "Refused to another site",
            detail: "This request was made by a page of another site.",
            extensions: new Dictionary<string, object?> { ["code"] = ErrorTable.CrossSite }).ExecuteAsync(context);
    }

    static bool IsOwn(HttpRequest request)
    {
        // Browsers say it themselves on https and localhost. What they say there holds behind any proxy.
        if (request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site)
        {
            return site is "same-origin" or "none";
        }

        // The scheme is left out: a proxy in front may have ended TLS.
        return request.Headers[HeaderNames.Origin].ToString() is not { Length: > 0 } origin
            || (Uri.TryCreate(origin, UriKind.Absolute, out var uri)
                && uri.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }
}
