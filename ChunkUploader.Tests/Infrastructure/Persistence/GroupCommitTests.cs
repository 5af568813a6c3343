using ChunkUploader.Domain;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Infrastructure.Persistence;
using ChunkUploader.Infrastructure.Persistence.Sqlite;
using ChunkUploader.Tests.Support.Core;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace ChunkUploader.Tests.Infrastructure.Persistence;

/// <summary>What waits together is committed together, and each for itself all the same.</summary>
[TestFixture]
public class GroupCommitTests : CoreFixture
{
    readonly CommitCounter _counter = new();
    Func<Task> _beforeLaterCommits = () => Task.CompletedTask;

    DatabaseWriter Writer => Host.Get<DatabaseWriter>();

    [SetUp]
    public Task CountAsync() => RestartAsync(services => services.ConfigureDbContext<UploaderDbContext>(
        options => options.AddInterceptors(_counter)));

    [Test]
    public async Task Works_of_all_kinds_share_a_commit()
    {
        var session = NewSession();
        await Host.Repository.AddAsync(session, None);
        var before = _counter.Commits;
        var (first, others) = await HoldAsync(
            () => Host.Repository.AddAsync(NewSession(), None),
            () => Host.Repository.MarkReceivedAsync(
                session.Id, new ReceivedChunk(session.Plan[0], []), session.ExpiresAt, null, None),
            () => Host.Repository.UpdateAsync(session, None),
            () => Writer.TransactAsync(AddRowAsync, None));
        await Task.WhenAll([first, .. others]);
        Assert.That(_counter.Commits - before, Is.EqualTo(2), "the one that was held, and all that came meanwhile");
        Assert.That(await CountRowsAsync(session.Id), Is.EqualTo(1));
    }

    [Test]
    public async Task A_work_that_throws_or_declines_costs_the_others_nothing()
    {
        var (one, other) = (NewSession(), NewSession());
        var (first, others) = await HoldAsync(
            () => Host.Repository.AddAsync(one, None),
            () => Writer.TransactAsync(
                async context =>
                {
                    await AddRowAsync(context);
                    throw new InvalidOperationException("no");
                },
                None),
            () => Writer.TransactAsync(
                async context =>
                {
                    await AddRowAsync(context);
                    return false;
                },
                None),
            () => Host.Repository.AddAsync(other, None));
        await first;
        await others[0];
        await Assert.ThrowsAsync<InvalidOperationException>(() => others[1]);
        Assert.That(await (Task<bool>)others[2], Is.False);
        await others[3];
        await using var context = Host.Context();
        Assert.That(context.UploadSessions.Select(session => session.Id), Is.EquivalentTo(new[] { one.Id, other.Id }));
        Assert.That(context.AdminCredentials.Count(), Is.Zero);
    }

    [Test]
    public async Task A_commit_that_fails_acknowledges_nobody()
    {
        _beforeLaterCommits = () => throw new SqliteException("disk I/O error", 10);
        var (first, others) = await HoldAsync(
            () => Host.Repository.AddAsync(NewSession(), None),
            () => Writer.TransactAsync(_ => Task.FromResult(false), None),
            () => Host.Repository.AddAsync(NewSession(), None));
        await first;
        foreach (var told in others)
        {
            await Assert.ThrowsAsync<SqliteException>(() => told);
        }

        await using var context = Host.Context();
        Assert.That(context.UploadSessions.Count(), Is.Zero);
        _counter.BeforeCommit = () => Task.CompletedTask;
        await Host.Repository.AddAsync(NewSession(), None);
        Assert.That(context.UploadSessions.Count(), Is.EqualTo(1), "the writer goes on");
    }

    [Test]
    public async Task After_SQLite_has_rolled_back_everything_nobody_is_acknowledged()
    {
        var (first, others) = await HoldAsync(
            () => Host.Repository.AddAsync(NewSession(), None),
            () => Writer.TransactAsync(
                async context =>
                {
                    // As it does by itself where the disk is full.
                    await context.Database.ExecuteSqlRawAsync("ROLLBACK");
                    throw new SqliteException("database or disk is full", 13);
                },
                None),
            () => Host.Repository.AddAsync(NewSession(), None));
        await first;
        foreach (var told in others)
        {
            await Assert.CatchAsync(() => told);
        }

        await using var context = Host.Context();
        Assert.That(context.UploadSessions.Count(), Is.Zero);
        await Host.Repository.AddAsync(NewSession(), None);
        Assert.That(context.UploadSessions.Count(), Is.EqualTo(1), "the writer goes on");
    }

    [Test]
    public async Task Whoever_comes_after_the_end_is_refused()
    {
        var writer = Writer;
        await Host.Repository.AddAsync(NewSession(), None);
        writer.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => writer.TransactAsync(AddRowAsync, None));
    }

    /// <summary>Lets the works come while another one is being committed, which then is.</summary>
    async Task<(Task First, Task[] Others)> HoldAsync(params Func<Task>[] works)
    {
        var (inCommit, mayCommit) = (new TaskCompletionSource(), new TaskCompletionSource());
        _counter.BeforeCommit = () =>
        {
            _counter.BeforeCommit = _beforeLaterCommits;
            inCommit.SetResult();
            return mayCommit.Task;
        };
        var first = Writer.TransactAsync(_ => Task.FromResult(true), None);
        await inCommit.Task;
        Task[] others = [.. works.Select(work => work())];
        _ = Task.Run(mayCommit.SetResult); // which goes on with the others on its own thread
        return (first, others);
    }

    static async Task<bool> AddRowAsync(UploaderDbContext context)
    {
        context.Add(new AdminCredentialRow { PasswordHash = "x", Stamp = "" });
        await context.SaveChangesAsync();
        return true;
    }

    UploadSession NewSession() =>
        UploadSession.Begin(
            Describe(new byte[10]), Alice, ChunkPlan.For(10, 1), Host.Time.GetUtcNow(), TimeSpan.FromDays(7));
}
