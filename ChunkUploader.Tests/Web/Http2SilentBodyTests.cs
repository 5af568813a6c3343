using System.Net;
using ChunkUploader.Tests.Support;
using ChunkUploader.Web.Connections;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

/// <summary>Over HTTP/2 many requests share a connection, which outlives each of them.</summary>
[TestFixture]
public class Http2SilentBodyTests
{
    WebApplication _server = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton<TimeProvider>(new QuickTime());
        builder.Services.AddSingleton<CollectedLog>();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<ILoggerProvider>(
            provider => provider.GetRequiredService<CollectedLog>());
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        _server = builder.Build();
        _server.UseRequestBodyReader();
        _server.MapPost("/", async context =>
        {
            try
            {
                await context.Request.Body.CopyToAsync(Stream.Null);
            }
            catch (Microsoft.AspNetCore.Http.BadHttpRequestException timeout)
            {
                context.Response.StatusCode = timeout.StatusCode;
            }
        });
        await _server.StartAsync();
    }

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task A_silent_body_ends_its_own_request_only()
    {
        using var client = new HttpClient(new SocketsHttpHandler { EnableMultipleHttp2Connections = false });
        using var silent = new SilentContent();
        using var refused = await client.SendAsync(Post(silent), HttpCompletionOption.ResponseHeadersRead);
        using var next = await client.SendAsync(Post(new ByteArrayContent(new byte[100])));

        Assert.That((int)refused.StatusCode, Is.EqualTo(408));
        Assert.That((int)next.StatusCode, Is.EqualTo(200));
        Assert.That(_server.Services.GetRequiredService<CollectedLog>().Lines, Is.Empty);
    }

    HttpRequestMessage Post(HttpContent content) =>
        new(HttpMethod.Post, _server.Urls.First())
        {
            Content = content,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

    /// <summary>Ten bytes, and then nothing until it is disposed.</summary>
    sealed class SilentContent : HttpContent
    {
        readonly TaskCompletionSource _ended = new();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[10]);
            await stream.FlushAsync();
            await _ended.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            _ended.TrySetResult();
            base.Dispose(disposing);
        }
    }
}
