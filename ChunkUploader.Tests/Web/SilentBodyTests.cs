using System.Text;
using ChunkUploader.Tests.Support;
using ChunkUploader.Tests.Web.Multipart;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

[TestFixture]
public sealed class SilentBodyTests : ServedTests
{
    protected override void Replace(IServiceCollection services) =>
        services.PostConfigure<KestrelServerOptions>(options =>
            options.Limits.MinRequestBodyDataRate = new MinDataRate(1000, TimeSpan.FromSeconds(1.5)));

    [Test]
    public async Task A_chunk_whose_bytes_do_not_come_is_refused_so_that_it_may_be_sent_again()
    {
        var session = await Client.BeginAsync("slow.bin", 100);
        using var connection = new RawConnection(App.Address, Client.Owner!);
        await connection.SendHeadAsync("PUT", $"uploads/{session.Id}/chunks/0", 100);
        var (status, _, body) = await connection.ReadAnswerAsync();
        Assert.That(status, Is.EqualTo(408));
        Assert.That(body, Does.Contain("\"code\":\"request-timeout\""));
        Assert.That((await Client.PutChunkAsync(session.Id, 0, new byte[100])).Status, Is.EqualTo(200));
    }
}

/// <summary>However much of it has come, and fast: the rate is an average, and this is no matter of rates.</summary>
[TestFixture]
public sealed class SilencedBodyTests : ServedTests
{
    const int ChunkSize = 256 * 1024;

    public enum Sending
    {
        Raw,
        Chunked,
        Form,
        FormSetAside,
    }

    protected override void Replace(IServiceCollection services)
    {
        services.Replace(ServiceDescriptor.Singleton<TimeProvider>(new QuickTime()));
        CollectedLog.Register(services);
    }

    [Test]
    public async Task A_body_that_falls_silent_is_refused_and_what_it_held_is_free([Values] Sending sending)
    {
        var file = TestFile.Random(ChunkSize);
        var session = await Client.BeginAsync(file.Name, ChunkSize);
        using var connection = new RawConnection(App.Address, Client.Owner!);
        var path = $"uploads/{session.Id}/chunks";
        var form = sending == Sending.Form
            ? new SentForm().Field("index", "0").File("file", "blob", file.Bytes)
            : new SentForm().File("file", "blob", file.Bytes).Field("index", "0");
        var body = form.Close();
        switch (sending)
        {
            case Sending.Raw:
                await connection.SendHeadAsync("PUT", $"{path}/0", ChunkSize);
                await connection.SendAsync(file.Bytes.AsMemory(0, ChunkSize - 1));
                break;
            case Sending.Chunked:
                await connection.SendAsync(Encoding.ASCII.GetBytes(
                    $"PUT /{path}/0 HTTP/1.1\r\nHost: x\r\nX-Upload-Owner: {Client.Owner}\r\n"
                    + $"Transfer-Encoding: chunked\r\n\r\n{ChunkSize - 1:x}\r\n"));
                await connection.SendAsync(file.Bytes.AsMemory(0, ChunkSize - 1));
                break;
            default:
                await connection.SendHeadAsync("POST", path, body.Length, $"Content-Type: {form.ContentType}");
                await connection.SendAsync(body.AsMemory(0, body.Length - 5));
                break;
        }

        var (status, head, text) = await connection.ReadAnswerAsync();

        Assert.That(status, Is.EqualTo(408), text);
        Assert.That(head, Does.Contain("Connection: close"));
        Assert.That(text, Does.Contain("\"code\":\"request-timeout\""));
        Assert.That((await Client.PutChunkAsync(session.Id, 0, file.Bytes)).Status, Is.EqualTo(200));
        Assert.That((await Client.CompleteAsync(session.Id, file.Md5)).State, Is.EqualTo("completed"));
        Assert.That(await ReadToEndAsync(connection), Is.Zero, "the connection is closed");
        Assert.That(App.Data.Staged, Is.Empty);
        Assert.That(App.Services.GetRequiredService<CollectedLog>().Lines, Is.Empty);
    }

    static async Task<int> ReadToEndAsync(RawConnection connection)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            return await connection.Stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, timeout.Token);
        }
        catch (IOException)
        {
            return 0; // reset, as not all of the body was read
        }
    }
}
