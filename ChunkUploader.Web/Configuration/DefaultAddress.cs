namespace ChunkUploader.Web.Configuration;

/// <summary>Where the server listens when nobody has said where.</summary>
static class DefaultAddress
{
    const string Url = "http://localhost:5080";

    public static void UseDefaultAddress(this IWebHostBuilder host, IConfiguration configuration)
    {
        var isSaid = configuration["urls"] is { Length: > 0 }
            || configuration["http_ports"] is { Length: > 0 }
            || configuration["https_ports"] is { Length: > 0 }
            || configuration.GetSection("Kestrel:Endpoints").Exists();
        if (!isSaid)
        {
            host.UseUrls(Url);
        }
    }
}
