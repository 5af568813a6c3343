using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using ChunkUploader.Tests.Web.Clients;
using ChunkUploader.Web.Multipart;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Multipart;

/// <summary>
/// Over a real socket: every kind of body that Kestrel has keeps the rules that the reader relies on.
/// </summary>
[TestFixture]
public class KestrelFormTests
{
    public enum Framing
    {
        Length,
        Chunked,
        Http2,
    }

    readonly TaskCompletionSource<Exception> _failure = new();
    StagingFolder _folder = null!;
    WebApplication _server = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _folder = new StagingFolder();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        _server = builder.Build();
        _server.MapPost("/", ReceiveAsync);
        await _server.StartAsync();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    async Task ReceiveAsync(HttpContext context)
    {
        try
        {
            var options = FormRequest.Options(_folder.Paths, long.MaxValue, required: "index");
            await using var form = await UploadForm.ReadAsync(context.Request, options, CancellationToken.None);
            await using var body = form.File!.Body.AsStream();
            var digest = Convert.ToHexString(await SHA256.HashDataAsync(body));
            await form.ReadRemainingFieldsAsync(CancellationToken.None);
            await context.Response.WriteAsync($"{form.Fields["index"]} {form.Fields["after"]} {digest}");
        }
        catch (Exception failure) when (_failure.TrySetResult(failure))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
        }
    }

    [Test]
    public async Task A_form_arrives_whole([Values] Framing framing, [Values] bool fileFirst)
    {
        var content = new byte[5_000_000];
        new Random(1).NextBytes(content);
        var form = fileFirst
            ? new SentForm().File("file", "a", content).Field("index", "7")
            : new SentForm().Field("index", "7").File("file", "a", content);
        byte[] body = [.. form.Unclosed(), .. new SentForm().Field("after", "x").Close()];
        var url = _server.Urls.ElementAt(framing is Framing.Http2 ? 1 : 0);
        using var client = new HttpClient();
        // The connection is used again, so one request leaves nothing of itself to the next.
        for (var repeat = 0; repeat < 3; repeat++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url)
            {
                Content = new ByteArrayContent(body),
                Version = framing is Framing.Http2 ? HttpVersion.Version20 : HttpVersion.Version11,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(form.ContentType);
            request.Headers.TransferEncodingChunked = framing is Framing.Chunked;
            using var response = await client.SendAsync(request);
            Assert.That(await response.Content.ReadAsStringAsync(),
                Is.EqualTo($"7 x {Convert.ToHexString(SHA256.HashData(content))}"));
        }

        Assert.That(_folder.Leftovers, Is.Empty);
    }

    [Test]
    public async Task A_connection_that_breaks_is_told_from_a_malformed_form()
    {
        var form = new SentForm().File("file", "a", new byte[100]);
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, new Uri(_server.Urls.First()).Port);
            var head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n"
                + $"Content-Type: {form.ContentType}\r\n\r\n";
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
            await client.GetStream().WriteAsync(form.Unclosed());
        }

        Assert.That(await _failure.Task.WaitAsync(TimeSpan.FromSeconds(30)), Is.InstanceOf<IOException>());
        Assert.That(_folder.Leftovers, Is.Empty);
    }
}
