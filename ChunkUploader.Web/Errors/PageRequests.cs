namespace ChunkUploader.Web.Errors;

static class PageRequests
{
    /// <summary>Whether somebody looks at the answer: browsers that go to an address say so.</summary>
    public static bool WantsPage(this HttpRequest request) =>
        request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
