using ChunkUploader.Tests.Support;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
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
