using Microsoft.Net.Http.Headers;

namespace ChunkUploader.Web.Security;

/// <summary>Whether a request was made by a page of this server's own origin, as far as browsers say it.</summary>
public static class RequestOrigin
{
    /// <summary>Whether it is no other site's. What is no browser says nothing, and passes.</summary>
    public static bool IsOwn(HttpRequest request)
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

    /// <summary>
    /// Whether its answer is for no other origin's script: a link on another site leads to a page that is one's own.
    /// </summary>
    public static bool IsOwnPage(HttpRequest request) =>
        string.IsNullOrEmpty(request.Headers[HeaderNames.Origin]) || IsOwn(request);
}
