using ChunkUploader.Web.Errors;

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
        if (isSafe || RequestOrigin.IsOwn(request) || others.Allow(context))
        {
            return next(context);
        }

        return Results.Problem(
            statusCode: StatusCodes.Status403Forbidden,
            title: "Refused to another site",
            detail: "This request was made by a page of another site.",
            extensions: new Dictionary<string, object?> { ["code"] = ErrorTable.CrossSite }).ExecuteAsync(context);
    }
}
