using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Infrastructure.Persistence;
using ChunkUploader.Infrastructure.Persistence.Sqlite;
using ChunkUploader.Tests.Support.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace ChunkUploader.Tests.Infrastructure.Persistence;

/// <summary>A session of very many chunks keeps nobody waiting when it ends.</summary>
[TestFixture]
public class ManyChunksTests : CoreFixture
{
    const int Count = (3 * ReceivedChunkWriter.BatchSize) + 1;
    readonly CommitCounter _counter = new();

    [SetUp]
    public Task CountAsync() => RestartAsync(services => services.ConfigureDbContext<UploaderDbContext>(
        options => options.AddInterceptors(_counter)));

    [Test]
    public async Task Others_write_while_it_is_removed()
    {
        var session = await AddAsync();
        Task<int>? other = null;
        _counter.BeforeCommit = () =>
        {
            other ??= CountLeftAsync();
            return Task.CompletedTask;
        };
        await Host.Repository.DeleteAsync(session.Id, None);
        Assert.That(await other!, Is.EqualTo(Count - ReceivedChunkWriter.BatchSize), "one batch was gone by then");
        Assert.That(await CountAllAsync(), Is.Zero);
        Assert.That(await Host.Repository.FindAsync(session.Id, None), Is.Null);

        async Task<int> CountLeftAsync()
        {
            var left = 0;
            await Host.Get<DatabaseWriter>().WriteAsync(
                async context => { left = await context.ReceivedChunks.CountAsync(); }, None);
            return left;
        }
    }

    [Test]
    public async Task A_removal_that_is_cut_short_leaves_a_session_that_knows_what_is_left()
    {
        var session = await AddAsync();
        var commits = 0;
        _counter.BeforeCommit = () => ++commits < 3 ? Task.CompletedTask : throw new IOException("killed");
        await Assert.ThrowsAsync<IOException>(() => Host.Repository.DeleteAsync(session.Id, None));
        await RestartAsync();
        var found = (await Host.Repository.FindAsync(session.Id, None))!.Value;
        Assert.That((found.Session.Received.ReceivedCount, found.Chunks.Count),
            Is.EqualTo((Count - (2 * ReceivedChunkWriter.BatchSize), Count - (2 * ReceivedChunkWriter.BatchSize))));
        await Host.Repository.DeleteAsync(session.Id, None);
        Assert.That(await CountAllAsync(), Is.Zero);
    }

    [Test]
    public async Task Publishing_takes_one_short_transaction_and_the_sweep_removes_the_rest()
    {
        var session = await AddAsync();
        session.MarkCompleting(Sample.Md5Of([1]), Sample.HashOf([1]), Sample.Sha256Of([1]).ToBytes());
        var blob = BlobOf(session);
        var before = _counter.Commits;
        var entry = new StoredFile
        {
            Id = Id<StoredFile>.New(),
            BlobId = blob.Id,
            Owner = session.Owner,
            Name = session.FileName,
            ContentType = session.ContentType,
            UploadedAt = Host.Time.GetUtcNow(),
        };
        await Host.Repository.PublishAsync(session, entry, blob, None);
        Assert.That(_counter.Commits - before, Is.EqualTo(1));
        Assert.That(await CountAllAsync(), Is.EqualTo(Count - ReceivedChunkWriter.BatchSize));
        var found = (await Host.Repository.FindAsync(session.Id, None))!.Value;
        Assert.That((found.Session.Received.IsComplete, found.Chunks.Count), Is.EqualTo((true, 0)));

        var receiving = await AddAsync();
        await Host.Parts.CommitAsync(blob.Id, 0, None); // a catalogue of blobs does not start without any
        await RestartAsync();
        await Host.Get<UploadExpiry>().SweepAsync(None);
        Assert.That(await CountAllAsync(), Is.EqualTo(Count), "only those of the session that still receives");
        Assert.That((await Host.Repository.FindAsync(receiving.Id, None))!.Value.Chunks, Has.Count.EqualTo(Count));
        Assert.That(await Host.Repository.FindAsync(session.Id, None), Is.Not.Null);
    }

    [Test]
    public async Task Very_many_lost_chunks_are_forgotten()
    {
        var session = await AddAsync();
        await Host.Repository.MarkVerifiedAsync(session.Id, [.. Enumerable.Range(0, Count - 1).Select(index => session.Plan[index])], session.BlobId, null, None);
        var found = (await Host.Repository.FindAsync(session.Id, None))!.Value;
        Assert.That(found.Session.Received.Received(), Is.EqualTo(new[] { new IndexRange(Count - 1, Count - 1) }));
    }

    static Blob BlobOf(UploadSession session) =>
        new()
        {
            Id = session.BlobId,
            Size = Count,
            Md5 = session.Md5!.Value,
            ContentHash = session.ContentHash!.Value,
            FirstBlock = null,
            StoredAt = session.CreatedAt,
            VerifiedAt = session.CreatedAt,
        };

    /// <summary>A session of which every chunk is in.</summary>
    async Task<UploadSession> AddAsync()
    {
        var session = UploadSession.Begin(
            Describe(new byte[Count]), Alice, ChunkPlan.For(Count, 1), Host.Time.GetUtcNow(), TimeSpan.FromDays(7));
        await Host.Repository.AddAsync(session, None);
        await using var context = Host.Context();
        var id = session.Id.ToBytes();
        await context.Database.ExecuteSqlAsync(
            $"""
            WITH RECURSIVE Numbers(N) AS (SELECT 0 UNION ALL SELECT N + 1 FROM Numbers WHERE N + 1 < {Count})
            INSERT INTO ReceivedChunks (SessionId, Offset, Length, Digests)
            SELECT {id}, N, 1, zeroblob(32) FROM Numbers
            """);
        return session;
    }

    async Task<int> CountAllAsync()
    {
        await using var context = Host.Context();
        return await context.ReceivedChunks.CountAsync();
    }
}
