using System.Data.Common;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Infrastructure.Persistence;
using ChunkUploader.Infrastructure.Persistence.Sqlite;
using ChunkUploader.Infrastructure.Storage;
using ChunkUploader.Tests.Support.Core;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace ChunkUploader.Tests.Infrastructure.Persistence;

/// <summary>The rows of parallel chunks are committed together, and none suffers from another.</summary>
[TestFixture]
public class ReceivedChunkWriterTests : CoreFixture
{
    readonly CommitCounter _counter = new();

    [Test]
    public async Task Parallel_rows_share_a_commit()
    {
        var (writer, session) = (NewWriter(), await AddSessionAsync(500));
        var marking = await HoldFirstCommitAsync(writer, session, Enumerable.Range(0, 500));
        await Task.WhenAll(marking);
        Assert.That(await CountRowsAsync(session.Id), Is.EqualTo(500));
        Assert.That(_counter.Commits, Is.EqualTo(2), "the first, and all that came meanwhile");
    }

    [Test]
    public async Task A_row_that_is_refused_costs_only_itself()
    {
        var (writer, session) = (NewWriter(), await AddSessionAsync(10));
        var gone = UploadSession.Begin(
            Describe(new byte[10]), Alice, ChunkPlan.For(10, 1), Host.Time.GetUtcNow(), default);
        var marking = await HoldFirstCommitAsync(writer, session, Enumerable.Range(0, 9), gone.Id);
        await Assert.CatchAsync<DbException>(() => marking[^1]);
        await Task.WhenAll(marking[..^1]);
        Assert.That(await CountRowsAsync(session.Id), Is.EqualTo(9));

        // Alone it is refused as well, and the writer goes on.
        await Assert.CatchAsync<DbException>(() => AddAsync(writer, gone.Id, 0));
        await AddAsync(writer, session.Id, 9);
        Assert.That(await CountRowsAsync(session.Id), Is.EqualTo(10));
    }

    [Test]
    public async Task A_row_that_a_commit_left_though_it_was_reported_as_failed_is_written_again()
    {
        var (writer, session) = (NewWriter(), await AddSessionAsync(10));
        await AddAsync(writer, session.Id, 3);
        await AddAsync(writer, session.Id, 3);
        Assert.That(await CountRowsAsync(session.Id), Is.EqualTo(1));
    }

    [Test]
    public async Task A_failing_commit_is_told_to_everybody_in_it()
    {
        var (writer, session) = (NewWriter(), await AddSessionAsync(10));
        _counter.BeforeCommit = () => throw new SqliteException("disk I/O error", 10);
        await Assert.ThrowsAsync<SqliteException>(() => AddAsync(writer, session.Id, 0));
        _counter.BeforeCommit = () => Task.CompletedTask;
        await AddAsync(writer, session.Id, 0);
        Assert.That(await CountRowsAsync(session.Id), Is.EqualTo(1));
    }

    /// <summary>Begins with the first row and lets the others come while it is being committed.</summary>
    async Task<Task[]> HoldFirstCommitAsync(
        ReceivedChunkWriter writer, UploadSession session, IEnumerable<int> indices, Id<UploadSession>? other = null)
    {
        var (inCommit, mayCommit) = (new TaskCompletionSource(), new TaskCompletionSource());
        _counter.BeforeCommit = () =>
        {
            inCommit.TrySetResult();
            return mayCommit.Task;
        };
        var rows = indices.Select(index => (Session: session.Id, Index: index)).ToList();
        if (other is { } id)
        {
            rows.Add((id, 0));
        }

        var first = AddAsync(writer, rows[0].Session, rows[0].Index);
        await inCommit.Task;
        Task[] marking = [first, .. rows.Skip(1).Select(row => AddAsync(writer, row.Session, row.Index))];
        mayCommit.SetResult();
        return marking;
    }

    Task AddAsync(ReceivedChunkWriter writer, Id<UploadSession> session, int index) =>
        writer.AddAsync(
            session, new ReceivedChunk(new ChunkRange(index, index, 1), []), Host.Time.GetUtcNow().AddDays(7), null, None);

    async Task<UploadSession> AddSessionAsync(int chunks)
    {
        var session = UploadSession.Begin(
            Describe(new byte[chunks]), Alice, ChunkPlan.For(chunks, 1), Host.Time.GetUtcNow(), TimeSpan.FromDays(7));
        await Host.Repository.AddAsync(session, None);
        return session;
    }

    ReceivedChunkWriter NewWriter()
    {
        var options = new DbContextOptionsBuilder<UploaderDbContext>()
            .UseSqlite($"Data Source={Host.Paths.Database};Foreign Keys=True")
            .AddInterceptors(_counter)
            .Options;
        var database = new DatabaseWriter(new Factory(options), Host.Get<DiskReserve>());
        return new ReceivedChunkWriter(database, new SavedDigestWriter(database));
    }

    sealed class Factory(DbContextOptions<UploaderDbContext> options) : IDbContextFactory<UploaderDbContext>
    {
        public UploaderDbContext CreateDbContext() => new(options);
    }
}
