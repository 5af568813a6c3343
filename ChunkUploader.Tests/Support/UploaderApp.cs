using System.Net;
using System.Security.Cryptography.X509Certificates;
using ChunkUploader.Tests.Support.Core;
using ChunkUploader.Web.Connections;
using ChunkUploader.Web.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ChunkUploader.Tests.Support;

/// <summary>The application in this process, on a real socket, with a data folder of its own.</summary>
public sealed class UploaderApp : WebApplicationFactory<Program>, IServer
{
    readonly TempFolder _folder = new();
    readonly (string Key, string Value)[] _settings;
    readonly Action<IServiceCollection>? _replace;
    readonly bool _hasPort;

    /// <param name="settings">Settings that differ from the defaults, such as <c>Uploads:MaxFileSize</c>.</param>
    /// <param name="replace">Puts other services in place of the application's.</param>
    /// <param name="port">0: a free one.</param>
    /// <param name="certificate">With which it listens for https only.</param>
    public UploaderApp(
        (string Key, string Value)[]? settings = null,
        Action<IServiceCollection>? replace = null,
        int port = 0,
        X509Certificate2? certificate = null)
    {
        (_settings, _replace, _hasPort) = (settings ?? [], replace, certificate is null);
        MigratedDatabase.PutInto(Directory.CreateDirectory(_folder.Combine("data")).FullName);
        if (certificate is null)
        {
            UseKestrel(port);
        }
        else
        {
            UseKestrel(options => options.Listen(IPAddress.Loopback, port, listen => listen.UseHttps(certificate)));
        }

        StartServer();
        Data = new DataFolder(_folder.Combine("data"));
    }

    public Uri Address => ClientOptions.BaseAddress;

    Uri IServer.BaseAddress => Address;

    public DataFolder Data { get; }

    string IServer.DataFolder => Data.Root;

    /// <summary>A new one: that of its start was printed.</summary>
    public async Task<string> AdminPasswordAsync() =>
        (await Services.GetRequiredService<AdminPassword>().EnsureAsync(reset: true, CancellationToken.None))!;

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
        if (_hasPort)
        {
            builder.ConfigureServices(services => services.Insert(0, ServiceDescriptor.Singleton<IHostedService, PortIsSet>()));
        }

        return base.CreateHost(builder);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>The application starts on a thread of its own, while the port that it is to have is set on this one: it must
    /// not listen before.</summary>
    sealed class PortIsSet(Microsoft.AspNetCore.Hosting.Server.IServer server) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            var addresses = server.Features.GetRequiredFeature<IServerAddressesFeature>();
            while (addresses.Addresses.Count == 0)
            {
                await Task.Delay(1, cancellationToken);
            }
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
