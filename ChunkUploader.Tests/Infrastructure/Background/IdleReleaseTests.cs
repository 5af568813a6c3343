using ChunkUploader.Domain.Hashing;
using ChunkUploader.Infrastructure.Background;
using ChunkUploader.Infrastructure.Persistence;
using ChunkUploader.Tests.Support;
using ChunkUploader.Tests.Support.Core;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NUnit.Framework;

namespace ChunkUploader.Tests.Infrastructure.Background;

[TestFixture]
public sealed class IdleReleaseTests : CoreFixture
{
    static readonly byte[] Content = Sample.Of(2 * Block.Size);
    readonly CommitCounter _counter = new();

    IdleRelease Service => (IdleRelease)Host.Get<IEnumerable<IHostedService>>().Single(s => s is IdleRelease);

    [SetUp]
    public Task CountAsync() => RestartAsync(services => services.ConfigureDbContext<UploaderDbContext>(
        options => options.AddInterceptors(_counter)));

    [Test]
    public async Task Saves_once_a_minute_and_at_the_end_how_far_the_digests_have_come()
    {
        await Service.StartAsync(None);
        var session = (await BeginAsync(Describe(Content), chunkSize: Block.Size)).Session;
        await SendHashedAsync(session.Id, 0);
        await PassMinuteAsync();
        await Eventually.Is(async () => await SavedAsync() == Block.Size, "what is hashed is saved");

        await SendHashedAsync(session.Id, 1);
        await Service.StopAsync(None);
        Assert.That(await SavedAsync(), Is.EqualTo(2 * Block.Size));

        async Task<long?> SavedAsync() => (await Host.Repository.FindDigestAsync(session.Id, None))?.Position;

        async Task SendHashedAsync(ChunkUploader.Domain.Id<ChunkUploader.Domain.Sessions.UploadSession> id, int index)
        {
            using var lease = await Host.Uploads.AcquireAsync(id, None);
            await SendAsync(session, Content, index);
            await lease.Upload.Hasher.ReachedAsync(session.Prefix).WaitAsync(Until.Limit);
        }
    }

    [Test]
    public async Task Goes_on_when_it_could_not_save()
    {
        await Service.StartAsync(None);
        var session = (await BeginAsync(Describe(Content), chunkSize: Content.Length)).Session;
        using (var lease = await Host.Uploads.AcquireAsync(session.Id, None))
        {
            await SendAsync(session, Content, 0);
            await lease.Upload.Hasher.ReachedAsync(Content.Length).WaitAsync(Until.Limit);
        }

        var failed = 0;
        _counter.BeforeCommit = () =>
        {
            failed++;
            throw new SqliteException("disk I/O error", 10);
        };
        await PassMinuteAsync();
        await Until.IsAsync(() => failed == 1);
        _counter.BeforeCommit = () => Task.CompletedTask;
        await PassMinuteAsync();

        await Eventually.Is(
            async () => await Host.Repository.FindDigestAsync(session.Id, None) is not null, "it is saved after all");
        Assert.That(Service.ExecuteTask!.IsCompleted, Is.False);
        await Service.StopAsync(None);
    }

    /// <summary>The service waits on a clock that stands still otherwise.</summary>
    async Task PassMinuteAsync()
    {
        await Until.IsAsync(() => Host.Time.Waits > 0);
        Host.Time.Advance(TimeSpan.FromMinutes(1));
    }
}
