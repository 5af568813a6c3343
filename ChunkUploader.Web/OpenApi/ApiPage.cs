using System.Security.Cryptography;
using ChunkUploader.Web.Security;
using Scalar.AspNetCore;

namespace ChunkUploader.Web.OpenApi;

/// <summary>
/// The API's description as a page on which calls can be tried. All of it comes from this server, and the page asks
/// nobody else: what Scalar offers beyond that is switched off here, and forbidden by the policy of the page.
/// </summary>
static class ApiPage
{
    const string Path = "/scalar";

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapScalarApiReference(Path, (options, context) =>
    {
        var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        context.Response.Headers.ContentSecurityPolicy = SecurityHeaders.ApiPagePolicy(nonce);
        options.Nonce = nonce;
        options.Title = "ChunkUploader API";
        options.OpenApiRoutePattern = ApiDocument.Path;
        options.DynamicBaseServerUrl = true; // from the page's own address on, as browsers have it
        options.Servers = [new ScalarServer("/")];
        options.DefaultFonts = false;
        options.Telemetry = false;
        options.ProxyUrl = null;
        options.Agent = new ScalarAgentOptions { Disabled = true };
        options.Mcp = new ScalarMcpOptions { Disabled = true };
        options.HideClientButton = true; // which opens an application of Scalar's
        options.ShowDeveloperTools = DeveloperToolsVisibility.Never;
    });
}
