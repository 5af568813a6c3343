using ChunkUploader.Web.Errors;

namespace ChunkUploader.Web.Security;

/// <summary>
/// Refuses requests that change something and were made by another site's page, whether they carry a cookie or not,
/// unless that site is configured (see <see cref="CorsOrigins"/>).
/// Scripts and programs outside browsers send neither of the headers looked at, and pass.
/// </summary>
public sealed partial class CrossSiteGuard(
    RequestDelegate next, CorsOrigins others, TimeProvider time, ILogger<CrossSiteGuard> logger)
{
    static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    readonly Lock _lock = new();
    DateTimeOffset _nextLog; // under the lock

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var isSafe = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)
            || HttpMethods.IsOptions(request.Method);
        if (isSafe || RequestOrigin.IsOwn(request) || others.Allow(context))
        {
            return next(context);
        }

        // Browsers that do not say it themselves only name the page's origin: a proxy may have changed the host.
        var isByHost = !request.Headers.ContainsKey("Sec-Fetch-Site");
        var (origin, own) = (request.Headers.Origin.ToString(), $"{request.Scheme}://{request.Host}");
        if (isByHost && ShallLog())
        {
            LogRefusal(origin, own);
        }

        var detail = "This request was made by a page of another site."
            + (isByHost
                ? $" The page is of {origin}, the request was made to {own}. If both are this server, the proxy in front "
                    + "has to pass the Host header on, with its port, or PublicUrl has to be set."
                : "");
        return request.WantsPage()
            ? Results.Text(detail, statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(context)
            : Results.Problem(
                statusCode: StatusCodes.Status403Forbidden,
                title: ErrorTable.CrossSiteTitle,
                detail: detail,
                extensions: new Dictionary<string, object?> { ["code"] = ErrorTable.CrossSite }).ExecuteAsync(context);
    }

    bool ShallLog()
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (now < _nextLog)
            {
                return false;
            }

            _nextLog = now + LogInterval;
            return true;
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Refused to another site: the page is of {Origin}, the request was made to {Own}. If both are this server, "
            + "the proxy in front has to pass the Host header on, with its port, or PublicUrl has to be set.")]
    partial void LogRefusal(string origin, string own);
}
