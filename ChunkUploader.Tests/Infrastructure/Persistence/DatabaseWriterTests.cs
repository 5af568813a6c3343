using ChunkUploader.Infrastructure.Persistence;
using ChunkUploader.Infrastructure.Persistence.Sqlite;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Infrastructure.Persistence;

/// <summary>One writer at a time, each in its turn.</summary>
[TestFixture]
public class DatabaseWriterTests : CoreFixture
{
    DatabaseWriter Writer => Host.Get<DatabaseWriter>();

    [Test]
    public async Task Never_lets_two_write_at_once()
    {
        var (inside, most) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => Writer.WriteAsync(
            async _ =>
            {
                most = Math.Max(most, Interlocked.Increment(ref inside));
                await Task.Yield();
                Interlocked.Decrement(ref inside);
            },
            None))));
        Assert.That(most, Is.EqualTo(1));
    }

    [Test]
    public async Task Keeps_nothing_of_a_transaction_that_is_not_done([Values] bool throws)
    {
        var transacting = Writer.TransactAsync(
            async context =>
            {
                await AddAsync(context);
                return throws ? throw new InvalidOperationException() : false;
            },
            None);
        if (throws)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => transacting);
        }
        else
        {
            Assert.That(await transacting, Is.False);
        }

        await using var reading = Host.Context();
        Assert.That(reading.AdminCredentials.Count(), Is.Zero);
        Assert.That(await Writer.TransactAsync(
            async context =>
            {
                await AddAsync(context);
                return true;
            },
            None), Is.True);
        Assert.That(reading.AdminCredentials.Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Whoever_hangs_up_while_waiting_is_passed_over()
    {
        var mayEnd = new TaskCompletionSource();
        var first = Writer.WriteAsync(_ => mayEnd.Task, None);
        using var cancellation = new CancellationTokenSource();
        var isRun = false;
        var second = Writer.WriteAsync(
            _ =>
            {
                isRun = true;
                return Task.CompletedTask;
            },
            cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.CatchAsync<OperationCanceledException>(() => second);
        mayEnd.SetResult();
        await first;
        await Writer.WriteAsync(_ => Task.CompletedTask, None);
        Assert.That(isRun, Is.False);
    }

    static Task<int> AddAsync(UploaderDbContext context)
    {
        context.Add(new AdminCredentialRow { PasswordHash = "x", Stamp = "" });
        return context.SaveChangesAsync();
    }
}
