namespace ChunkUploader.Web.Security;

/// <summary>
/// What browsers may do with uploaded bytes: show them. Nothing in them can run in this site's name: the type is fixed
/// (<c>nosniff</c> is set on every answer), and the policy gives the content an origin of its own and no script.
/// </summary>
static class ContentSecurity
{
    const string Sandboxed =
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; media-src 'self'; "
        + "frame-ancestors 'self'; sandbox";

    // A browser's PDF viewer does not start in a sandbox. It runs a document's script, if at all, outside of our
    // origin.
    const string Document =
        "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'";

    public static void Apply(HttpResponse response, string contentType) =>
        response.Headers.ContentSecurityPolicy = contentType == "application/pdf" ? Document : Sandboxed;
}
