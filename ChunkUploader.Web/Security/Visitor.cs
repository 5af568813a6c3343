using System.Globalization;
using System.Security.Cryptography;
using ChunkUploader.Domain.Sessions;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Mvc.Filters;

namespace ChunkUploader.Web.Security;

/// <summary>
/// Tells visitors apart by a random cookie that is signed, so that nobody can name another visitor. Pages of other
/// origins have a cookie of their own, which holds for that origin alone: they are never taken for the visitor of this
/// server's pages.
/// </summary>
public sealed class Visitor(IDataProtectionProvider protection, TimeProvider time, CorsOrigins others)
{
    public const string OwnCookie = "uploader-visitor";
    public const string OtherCookie = "uploader-other-visitor";
    const char Separator = ' ';
    const int IdLength = 16;
    static readonly TimeSpan Lifetime = TimeSpan.FromDays(400);

    /// <summary>How long the answers may take to requests that a page sends at once; each may bring a cookie.</summary>
    static readonly TimeSpan Burst = TimeSpan.FromMinutes(10);

    /// <returns>The visitor's id, and who that was before; null for one without a valid cookie.</returns>
    public (string Id, FormerGuest? Former)? Find(HttpRequest request)
    {
        var (name, protector) = CookieOf(request);
        try
        {
            return request.Cookies[name] is { } cookie ? Read(protector.Unprotect(cookie)) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Gives who has none a cookie, where the browser would keep it.</summary>
    /// <param name="guest">The key of the guest who is answered; null: a page is shown, which brings one cookie.</param>
    public void Welcome(HttpContext context, string? guest = null)
    {
        if (Find(context.Request) is not null)
        {
            return;
        }

        var request = context.Request;
        var isOwn = RequestOrigin.IsOwnPage(request);
        if (!isOwn && !(request.IsHttps && others.Allow(context)))
        {
            return;
        }

        var (name, protector) = CookieOf(request);
        var options = new CookieOptions
        {
            HttpOnly = true,
            Path = request.PathBase.HasValue ? request.PathBase.Value : "/",
            SameSite = isOwn ? SameSiteMode.Lax : SameSiteMode.None,
            Secure = request.IsHttps,
            MaxAge = Lifetime,
            IsEssential = true,
        };
        if (!isOwn)
        {
            options.Extensions.Add("Partitioned"); // else browsers that refuse cookies of third parties refuse it
        }

        context.Response.Cookies.Append(name, protector.Protect(Text(guest)), options);
    }

    string Text(string? guest)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdLength));
        return guest is null ? id : string.Join(
            Separator, id, guest, time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
    }

    (string Id, FormerGuest? Former) Read(string text)
    {
        if (text.Split(Separator) is not [var id, var guest, var seconds])
        {
            return (text, null);
        }

        var givenAt = DateTimeOffset.FromUnixTimeSeconds(long.Parse(seconds, CultureInfo.InvariantCulture));

        // The cookies of one burst are that much apart at most, so what one of them began is found with each.
        return (id, new FormerGuest(
            guest, time.GetUtcNow() - givenAt < Burst, givenAt - Burst, givenAt + (2 * Burst)));
    }

    (string Name, IDataProtector Protector) CookieOf(HttpRequest request) =>
        RequestOrigin.IsOwnPage(request)
            ? (OwnCookie, protection.CreateProtector("Visitor"))
            : (OtherCookie, protection.CreateProtector("Visitor", request.Headers.Origin.ToString()));
}

/// <summary>Marks pages that give their visitor a cookie.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class IssuesVisitorCookieAttribute : ActionFilterAttribute
{
    public override void OnActionExecuting(ActionExecutingContext context) =>
        context.HttpContext.RequestServices.GetRequiredService<Visitor>().Welcome(context.HttpContext);
}

/// <summary>Marks what form clients call: who is only a guest there gets a cookie with the answer.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class IssuesGuestCookieAttribute : ActionFilterAttribute
{
    public override void OnActionExecuting(ActionExecutingContext context)
    {
        var owner = context.HttpContext.RequestServices.GetRequiredService<IOwnerResolver>().Resolve(context.HttpContext);
        if (!owner.IsStable)
        {
            context.HttpContext.RequestServices.GetRequiredService<Visitor>().Welcome(context.HttpContext, owner.Key);
        }
    }
}
