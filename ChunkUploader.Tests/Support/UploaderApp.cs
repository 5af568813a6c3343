using ChunkUploader.Infrastructure.Storage;
using ChunkUploader.Web.Connections;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ChunkUploader.Tests.Support;

/// <summary>The application in this process, on a real socket, with a data folder of its own.</summary>
public sealed class UploaderApp : WebApplicationFactory<Program>
{
    readonly TempFolder _folder = new();
    readonly (string Key, string Value)[] _settings;
    readonly Action<IServiceCollection>? _replace;

    /// <param name="settings">Settings that differ from the defaults, such as <c>Uploads:MaxFileSize</c>.</param>
    /// <param name="replace">Puts other services in place of the application's.</param>
    public UploaderApp((string Key, string Value)[]? settings = null, Action<IServiceCollection>? replace = null)
    {
        (_settings, _replace) = (settings ?? [], replace);
        UseKestrel(0);
        StartServer();
        Data = new DataFolder(_folder.Combine("data"));
    }

    public Uri Address => ClientOptions.BaseAddress;

    public DataFolder Data { get; }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("Storage:Root", _folder.Combine("data"));
        builder.UseSetting("Storage:FreeSpaceReserve", "0");
        builder.UseSetting("Logging:LogLevel:Default", "Warning");
        foreach (var (key, value) in _settings)
        {
            builder.UseSetting(key, value);
        }

        builder.ConfigureTestServices(services => _replace?.Invoke(services));
    }

    protected override IHost CreateHost(IHostBuilder builder)
    {
        // Asking for a real socket registers the server once more, with buffers of its own in front of the application's.
        builder.ConfigureServices(services => services.AddSingleton<IMemoryPoolFactory<byte>>(
            provider => provider.GetRequiredService<ConnectionBuffers>()));
        return base.CreateHost(builder);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }
}
