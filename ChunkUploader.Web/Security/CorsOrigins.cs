using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;

namespace ChunkUploader.Web.Security;

/// <summary>
/// The other sites whose pages may upload here. They may use what uploads need, which has <c>[EnableCors]</c>, and
/// nothing else.
/// </summary>
public sealed class CorsOrigins(IOptions<CorsOptions> options)
{
    /// <summary>The name of the CORS policy.</summary>
    public const string Policy = "Uploads";

    CorsPolicy Allowed => options.Value.GetPolicy(Policy)!;

    public bool AreConfigured => Allowed.Origins.Count > 0;

    /// <summary>Whether the page that makes this request may make it.</summary>
    public bool Allow(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<IEnableCorsAttribute>() is { PolicyName: Policy }
        && Allowed.IsOriginAllowed(context.Request.Headers.Origin.ToString());

    public static void Configure(CorsOptions options, CorsSettings settings) =>
        options.AddPolicy(Policy, policy => policy
            .WithOrigins(settings.List())
            .AllowAnyMethod()
            .AllowAnyHeader()
            .AllowCredentials()
            .WithExposedHeaders("Location", "Retry-After")
            .SetPreflightMaxAge(TimeSpan.FromHours(1)));
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
