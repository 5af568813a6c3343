using ChunkUploader.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

[TestFixture]
public class BusyChunkTests : ServedTests
{
    const int Size = 200_000;

    protected override void Replace(IServiceCollection services) =>
        services.Replace(ServiceDescriptor.Singleton<TimeProvider>(new QuickTime()));

    [Test]
    public async Task A_second_writer_is_sent_away_while_the_first_one_moves()
    {
        var session = await Client.BeginAsync("two writers.bin", Size);
        using var first = await TricklingChunk.BeginAsync(App.Address, Client.Owner!, session.Id, 0, Size);

        var second = await Client.PutChunkAsync(session.Id, 0, new byte[Size]);

        Assert.That(second, Refused.With(409, "chunk-busy"));
        Assert.That(second.Headers.RetryAfter?.Delta, Is.EqualTo(TimeSpan.FromSeconds(1)));
        await first.Connection.SendAsync(new byte[Size - await first.StopAsync()]);
        Assert.That((await first.Connection.ReadAnswerAsync()).Status, Is.EqualTo(200));
        var completed = await Client.CompleteAsync(
            session.Id, contentHash: new TestFile("", new byte[Size]).ContentHash);
        Assert.That(completed.Status, Is.EqualTo(200), completed.ToString());
    }

    [Test]
    public async Task A_second_writer_who_waits_gets_in_when_the_first_one_is_done()
    {
        var session = await Client.BeginAsync("one after the other.bin", Size);
        using var first = await TricklingChunk.BeginAsync(App.Address, Client.Owner!, session.Id, 0, Size);

        var second = Client.PutChunkAsync(session.Id, 0, new byte[Size]);
        await first.Connection.SendAsync(new byte[Size - await first.StopAsync()]);

        Assert.That((await first.Connection.ReadAnswerAsync()).Status, Is.EqualTo(200));
        Assert.That((await second).Status, Is.EqualTo(200), "it is the same chunk again");
    }

    [Test]
    public async Task A_writer_who_has_fallen_silent_is_replaced()
    {
        var file = TestFile.Random(Size);
        var session = await Client.BeginAsync(file.Name, Size);
        using var silent = await TricklingChunk.BeginAsync(App.Address, Client.Owner!, session.Id, 0, Size);
        await silent.StopAsync();

        var second = await Client.PutChunkAsync(session.Id, 0, file.Bytes);

        Assert.That(second.Status, Is.EqualTo(200), second.ToString());
        var (status, _, body) = await silent.Connection.ReadAnswerAsync();
        Assert.That(status, Is.EqualTo(409), body);
        Assert.That(body, Does.Contain("chunk-busy"));
        var completed = await Client.CompleteAsync(session.Id, file.Md5, file.ContentHash);
        Assert.That(completed.Status, Is.EqualTo(200), completed.ToString());
    }
}
