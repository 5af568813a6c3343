namespace ChunkUploader.Web.Security;

/// <summary>What every answer tells browsers; actions that send uploaded content set a stricter policy.</summary>
public static class SecurityHeaders
{
    const string PagePolicy =
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; "
        + "img-src 'self' blob: data:; manifest-src 'self'; media-src 'self' blob:; connect-src 'self'; frame-src 'self'; "
        + "form-action 'self'; "
        + "base-uri 'none'; frame-ancestors 'none'";

    /// <summary>For the page of the API's description, which is another project's. It makes its styles itself, and some of
    /// them anew each time, so neither a nonce nor a hash can name them; of inline scripts it has one.</summary>
    /// <param name="nonce">Of that script; no other one runs.</param>
    public static string ApiPagePolicy(string nonce) =>
        $"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'unsafe-inline'; img-src 'self' data:; "
        + "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) =>
        app.Use((context, next) =>
        {
            var headers = context.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers.ContentSecurityPolicy = PagePolicy;

            // A link is for those who were given it. Robots may fetch it, or chats would show no preview of it.
            headers["X-Robots-Tag"] = "noindex";

            // The addresses of uploads and files are secrets: they are not told to other sites.
            headers["Referrer-Policy"] = "same-origin";
            context.Response.OnStarting(
                static state =>
                {
                    // A cookie is for one browser, whatever caches lie in between.
                    var answer = (IHeaderDictionary)state;
                    if (answer.SetCookie.Count > 0 && !answer.CacheControl.ToString().Contains("no-store", StringComparison.Ordinal))
                    {
                        answer.CacheControl = "no-store";
                    }

                    return Task.CompletedTask;
                },
                headers);
            return next(context);
        });
}
