using Microsoft.AspNetCore.Cors.Infrastructure;

namespace ChunkUploader.Web.Security;

/// <summary>
/// The other sites whose pages may upload here. They may use what uploads need, and nothing else.
/// </summary>
public sealed class OtherOrigins(CorsSettings settings)
{
    static readonly PathString[] Open = ["/upload", "/uploads", "/check", "/chunked"];

    readonly HashSet<string> _origins = new(settings.List(), StringComparer.OrdinalIgnoreCase);

    public bool AreConfigured => _origins.Count > 0;

    /// <summary>Whether a page of that origin may make this request.</summary>
    public bool Allow(string origin, PathString path) => _origins.Contains(origin) && IsOpen(path);

    public static bool IsOpen(PathString path) => Array.Exists(Open, open => path.StartsWithSegments(open));

    public CorsPolicy Policy() => new CorsPolicyBuilder([.. _origins])
        .AllowAnyMethod()
        .AllowAnyHeader()
        .AllowCredentials()
        .WithExposedHeaders("Location", "Retry-After")
        .SetPreflightMaxAge(TimeSpan.FromHours(1))
        .Build();
}

public static class OtherOriginsMiddleware
{
    public static IApplicationBuilder UseOtherOrigins(this IApplicationBuilder app)
    {
        var others = app.ApplicationServices.GetRequiredService<OtherOrigins>();
        if (others.AreConfigured)
        {
            var policy = others.Policy();
            app.UseWhen(
                context => OtherOrigins.IsOpen(context.Request.Path),
                branch => branch.UseMiddleware<CorsMiddleware>(policy));
        }

        return app;
    }
}

/// <summary>Which other sites' pages may upload.</summary>
public sealed class CorsSettings
{
    /// <summary>Origins such as <c>https://example.com</c>, with blanks or commas between; empty: none.</summary>
    public string Origins { get; set; } = "";

    public string[] List() =>
        Origins.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Whether each is an origin as browsers write it: scheme, host and port, nothing behind.</summary>
    public bool IsValid() => List().All(text =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && uri.GetLeftPart(UriPartial.Authority).Equals(text, StringComparison.OrdinalIgnoreCase));
}
