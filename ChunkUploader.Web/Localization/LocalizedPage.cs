using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc.Razor;
using Microsoft.Extensions.Localization;

namespace ChunkUploader.Web.Localization;

/// <summary>What all views have at hand.</summary>
public abstract class LocalizedPage<TModel> : RazorPage<TModel>
{
    Language? _language;

    public Language Language => _language ??= Context.Language();

    /// <summary>The texts of the page, by key.</summary>
    public IStringLocalizer T => Language;

    /// <summary>What the visitor asked for, also where an error page is shown in its place.</summary>
    public string Address
    {
        get
        {
            var request = Context.Request;
            if (Context.Features.Get<IStatusCodeReExecuteFeature>() is { } refused)
            {
                return request.PathBase.Add(refused.OriginalPath).ToUriComponent() + refused.OriginalQueryString;
            }

            var path = Context.Features.Get<IExceptionHandlerPathFeature>()?.Path ?? request.Path;
            return request.PathBase.Add(path).ToUriComponent() + request.QueryString;
        }
    }
}
