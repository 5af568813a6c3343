using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace ChunkUploader.Tests.Support;

/// <summary>Tests that share a server of their fixture's own, and somebody who uploads to it.</summary>
public abstract class ServedTests
{
    protected UploaderApp App { get; private set; } = null!;

    protected UploadClient Client { get; private set; } = null!;

    /// <summary>Settings that differ from the defaults.</summary>
    protected virtual (string Key, string Value)[] Settings => [];

    [OneTimeSetUp]
    public void StartServer()
    {
        App = new UploaderApp(Settings, Replace);
        Client = new UploadClient(App.Address);
    }

    [OneTimeTearDown]
    public async Task StopServer()
    {
        Client.Dispose();
        await App.DisposeAsync();
    }

    /// <summary>Puts other services in place of the application's.</summary>
    protected virtual void Replace(IServiceCollection services)
    {
    }
}
