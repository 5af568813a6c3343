using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Mvc.Filters;

namespace ChunkUploader.Web.Security;

/// <summary>Tells visitors apart by a random cookie that is signed, so that nobody can name another visitor.</summary>
public sealed class Visitor(IDataProtectionProvider protection)
{
    const string CookieName = "uploader-visitor";
    const int IdLength = 16;
    static readonly TimeSpan Lifetime = TimeSpan.FromDays(400);

    readonly IDataProtector _protector = protection.CreateProtector("Visitor");

    /// <returns>The visitor's id; null for one without a valid cookie.</returns>
    public string? Find(HttpRequest request)
    {
        try
        {
            return request.Cookies[CookieName] is { } cookie ? _protector.Unprotect(cookie) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>
    /// Gives a visitor who has none a cookie. Only pages do: a script's answers must not leave cookies.
    /// </summary>
    public void Welcome(HttpContext context)
    {
        if (Find(context.Request) is not null)
        {
            return;
        }

        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdLength));
        context.Response.Cookies.Append(CookieName, _protector.Protect(id), new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            MaxAge = Lifetime,
            IsEssential = true,
        });
    }
}

/// <summary>Marks pages that give their visitor a cookie.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class WelcomesVisitorAttribute : ActionFilterAttribute
{
    public override void OnActionExecuting(ActionExecutingContext context) =>
        context.HttpContext.RequestServices.GetRequiredService<Visitor>().Welcome(context.HttpContext);
}
