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

    public static void Apply(HttpResponse response) => response.Headers.ContentSecurityPolicy = Sandboxed;
}
