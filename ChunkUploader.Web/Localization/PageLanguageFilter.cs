using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Net.Http.Headers;

namespace ChunkUploader.Web.Localization;

/// <summary>Tells caches that a page is one of several.</summary>
public sealed class PageLanguageFilter : IResultFilter
{
    public void OnResultExecuting(ResultExecutingContext context)
    {
        if (context.Result is ViewResult)
        {
            var headers = context.HttpContext.Response.Headers;
            headers.ContentLanguage = context.HttpContext.Language().Tag;
            headers.Append(HeaderNames.Vary, $"{HeaderNames.AcceptLanguage}, {HeaderNames.Cookie}");
        }
    }

    public void OnResultExecuted(ResultExecutedContext context)
    {
    }
}
