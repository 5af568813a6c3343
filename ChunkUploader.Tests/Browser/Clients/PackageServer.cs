using ChunkUploader.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace ChunkUploader.Tests.Browser.Clients;

/// <summary>Where pages get the clients from, as from a content delivery network: scripts of megabytes take long through
/// Playwright.</summary>
[SetUpFixture]
public sealed class PackageServer
{
    static readonly string Packages = Path.Combine(ProjectFolders.Tests, "Browser", "Clients", "node_modules");

    WebApplication? _app;

    public static Uri Address { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.UseStaticFiles(new StaticFileOptions { FileProvider = new PhysicalFileProvider(Packages) });
        await _app.StartAsync();
        Address = new Uri(_app.Urls.Single());
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }
}
