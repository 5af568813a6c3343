using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace ChunkUploader.Web.Security;

/// <summary>How the admin stays signed in.</summary>
public static class AdminCookie
{
    public const string Scheme = "Admin";

    /// <summary>Who is signed in as the admin, and in no other way.</summary>
    public const string Policy = "Admin";

    const string StampClaim = "stamp";

    public static IServiceCollection AddAdminCookie(this IServiceCollection services)
    {
        services.AddSingleton<AdminPassword>();
        services.AddAuthentication(Scheme).AddCookie(Scheme, options =>
        {
            options.Cookie.Name = "uploader-admin";
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.ExpireTimeSpan = TimeSpan.FromHours(12);
            options.SlidingExpiration = true;
            options.LoginPath = "/admin/sign-in";
            options.ReturnUrlParameter = "returnUrl";
            options.Events.OnValidatePrincipal = RefuseOutdatedAsync;
            options.Events.OnRedirectToLogin = RedirectAsync;
        });
        return services.AddAuthorization(options => options.AddPolicy(Policy, policy => policy
            .AddAuthenticationSchemes(Scheme)
            .RequireClaim(StampClaim)));
    }

    public static async Task SignInAdminAsync(this HttpContext context, AdminPassword password)
    {
        var stamp = await password.StampAsync(context.RequestAborted);
        var identity = new ClaimsIdentity([new Claim(StampClaim, stamp)], Scheme);
        await context.SignInAsync(Scheme, new ClaimsPrincipal(identity));
    }

    /// <summary>Without a host's name: the framework puts there whatever the request says.</summary>
    static Task RedirectAsync(RedirectContext<CookieAuthenticationOptions> context)
    {
        var request = context.Request;
        context.Response.Redirect(context.RedirectUri[$"{request.Scheme}{Uri.SchemeDelimiter}{request.Host}".Length..]);
        return Task.CompletedTask;
    }

    static async Task RefuseOutdatedAsync(CookieValidatePrincipalContext context)
    {
        var password = context.HttpContext.RequestServices.GetRequiredService<AdminPassword>();
        var stamp = await password.StampAsync(context.HttpContext.RequestAborted);
        if (context.Principal?.FindFirstValue(StampClaim) != stamp)
        {
            context.RejectPrincipal();
        }
    }
}
