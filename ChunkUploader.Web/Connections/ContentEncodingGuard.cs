using ChunkUploader.Web.Errors;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace ChunkUploader.Web.Connections;

/// <summary>Refuses bodies that are compressed: nothing here unpacks them, and to store them so would be wrong.</summary>
public sealed class ContentEncodingGuard(RequestDelegate next)
{
    const string Identity = "identity";

    public Task InvokeAsync(HttpContext context)
    {
        var encodings = context.Request.Headers.GetCommaSeparatedValues(HeaderNames.ContentEncoding);
        if (Array.TrueForAll(encodings, encoding => encoding.Equals(Identity, StringComparison.OrdinalIgnoreCase)))
        {
            return next(context);
        }

        context.Response.Headers.AcceptEncoding = Identity; // RFC 9110, 15.5.16
        return Problems.Of(StatusCodes.Status415UnsupportedMediaType)
            .ExecuteResultAsync(new ActionContext { HttpContext = context });
    }
}
