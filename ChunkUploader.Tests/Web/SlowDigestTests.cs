using ChunkUploader.Tests.Support;
using ChunkUploader.Tests.Support.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

/// <summary>What happens while the MD5 is far behind.</summary>
[TestFixture]
public class SlowDigestTests : ServedTests
{
    const int ChunkSize = 8 * 1024 * 1024;

    readonly QuickTime _time = new();

    protected override void Replace(IServiceCollection services)
    {
        services.Replace(ServiceDescriptor.Singleton<TimeProvider>(_time));
        HeldHasher.Register(services);
    }

    [Test]
    public async Task A_chunk_waits_before_its_body_is_read_but_never_the_lowest_missing_one()
    {
        var file = TestFile.Random(12 * ChunkSize);
        var session = await Client.BeginAsync(file.Name, file.Size);
        var hasher = App.Services.GetRequiredService<HeldHasher>();
        hasher.Hold();
        for (var index = 0; index < 9; index++)
        {
            await Client.PutChunkAsync(session.Id, index, file.Chunk(index, ChunkSize));
        }

        _time.IsHeld = true;
        using var waiting = new RawConnection(App.Address, Client.Owner!);
        await waiting.SendHeadAsync("PUT", $"uploads/{session.Id}/chunks/11", ChunkSize, "Expect: 100-continue");
        var asked = waiting.ReadAnswerAsync();
        var lowest = await Client.PutChunkAsync(session.Id, 9, file.Chunk(9, ChunkSize));
        var hasAsked = asked.IsCompleted;
        _time.IsHeld = false;
        hasher.Release();

        Assert.That((lowest.Status, hasAsked), Is.EqualTo((200, false)));
        Assert.That((await asked).Status, Is.EqualTo(100), "now the body is wanted");
        await waiting.SendAsync(file.Chunk(11, ChunkSize));
        Assert.That((await waiting.ReadAnswerAsync()).Status, Is.EqualTo(200));
        await Client.SendMissingAsync(await Client.GetSessionAsync(session.Id), file);
        var completed = await CompletedAsync(session.Id).WaitAsync(Until.Limit);
        Assert.That(completed["file"].GetProperty("md5").GetString(), Is.EqualTo(file.Md5));
    }

    [Test]
    public async Task A_completion_that_takes_long_is_accepted_and_asked_for_again()
    {
        var file = TestFile.Random(ChunkSize);
        var session = await Client.BeginAsync(file.Name, file.Size);
        var hasher = App.Services.GetRequiredService<HeldHasher>();
        hasher.Hold();
        await Client.SendMissingAsync(session, file);

        var accepted = await Client.CompleteAsync(session.Id);
        hasher.Release();
        var completed = await CompletedAsync(session.Id).WaitAsync(Until.Limit);

        Assert.That((accepted.Status, accepted.State), Is.EqualTo((202, "completing")), accepted.ToString());
        Assert.That(accepted.Headers.RetryAfter?.Delta, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(1)));
        Assert.That((completed.Status, completed.State), Is.EqualTo((200, "completed")));
        Assert.That(completed["file"].GetProperty("md5").GetString(), Is.EqualTo(file.Md5));
    }

    /// <summary>Asks again while the answer is that it takes long, as clients do.</summary>
    async Task<ApiAnswer> CompletedAsync(string id)
    {
        var answer = await Client.CompleteAsync(id);
        while (answer.Status == 202)
        {
            answer = await Client.CompleteAsync(id);
        }

        return answer;
    }
}
