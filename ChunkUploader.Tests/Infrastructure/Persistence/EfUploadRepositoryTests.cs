using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Completion;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Infrastructure.Persistence;

/// <summary>Sessions come back as they were saved.</summary>
[TestFixture]
public class EfUploadRepositoryTests : CoreFixture
{
    static readonly DateTimeOffset Now = new(2030, 5, 6, 7, 8, 9, 123, TimeSpan.Zero);
    static readonly byte[] Bytes = Sample.Of(1000);

    static readonly FileDescription Everything = DescribeHashed(Bytes, "文件 '\"%_\\😀.txt") with
    {
        RelativePath = "a/b/文件.txt",
        ContentType = "text/plain; charset=utf-8",
        LastModified = 1_700_000_000_123,
        FirstBlock = Sample.Sha256Of(Bytes),
    };

    [Test]
    public async Task Every_field_of_a_session_comes_back()
    {
        var session = Begin(Everything, plan: ChunkPlan.For(1000, 300, TailRule.Long));
        session.Offer(
            new PossessionChallenge(Sample.Of(32), Sample.Of(32, 2), Id<Blob>.New(), 1L << 44, Now.AddMinutes(2)));
        session.Prolong(Now.AddDays(9));
        session.MarkDigestMismatch();
        await Host.Repository.AddAsync(session, None);

        var found = (await FindAsync(session))!;
        AssertSame(found, session);
        Assert.That(found.Challenge!.Nonce, Is.EqualTo(session.Challenge!.Nonce));
        Assert.That((found.Challenge.Blob, found.Challenge.Size, found.Challenge.ExpiresAt),
            Is.EqualTo((session.Challenge.Blob, session.Challenge.Size, session.Challenge.ExpiresAt)));
        Assert.That((found.Received.Count, found.Received.ReceivedCount), Is.EqualTo((3, 0)));
    }

    [Test]
    public async Task So_does_a_session_that_knows_next_to_nothing()
    {
        var bare = new FileDescription { FileName = "a", Size = 10, ContentType = "b/c" };
        var session = Begin(bare, plan: ChunkPlan.Open(count: 7));
        await Host.Repository.AddAsync(session, None);
        var found = (await FindAsync(session))!;
        AssertSame(found, session);
        Assert.That((found.Plan.IsOpen, found.Challenge), Is.EqualTo((true, (PossessionChallenge?)null)));
    }

    [Test]
    public async Task A_change_does_not_undo_what_a_chunk_saves_at_the_same_time()
    {
        var session = Begin(Describe(Bytes));
        await Host.Repository.AddAsync(session, None);
        var later = session.ExpiresAt.AddDays(1);
        await MarkReceivedAsync(session, later);
        session.SetDeclaredDigests(Everything.Md5, Everything.ContentHash); // as it was before the chunk
        await Host.Repository.UpdateAsync(session, None);
        var found = (await FindAsync(session))!;
        Assert.That((found.Part, found.ExpiresAt, found.Md5), Is.EqualTo(("part", later, Everything.Md5)));
    }

    [Test]
    public async Task A_stale_copy_does_not_undo_what_was_saved_since([Values] bool isCompleted)
    {
        var session = Begin(Describe(Bytes));
        await Host.Repository.AddAsync(session, None);
        var stale = (await FindAsync(session))!;
        if (isCompleted)
        {
            session.MarkCompleting(Everything.Md5!.Value, Everything.ContentHash!.Value, Sample.Of(64));
        }
        else
        {
            session.TransferOwnership(Bob);
        }

        await Host.Repository.UpdateAsync(session, None);
        stale.SetDeclaredDigests(Everything.Md5, null);
        await Assert.ThatAsync(() => Host.Repository.UpdateAsync(stale, None), Throws.TypeOf<StaleSessionException>());
        AssertSame((await FindAsync(session))!, session);

        session.TakeChallenge();
        await Host.Repository.UpdateAsync(session, None);
    }

    [Test]
    public async Task What_is_gone_is_not_saved_anew()
    {
        var session = Begin(Describe(Bytes));
        await Host.Repository.AddAsync(session, None);
        await Host.Repository.DeleteAsync(session.Id, None);
        await Refusal.OfAsync(UploadErrorCode.UploadNotFound, () => Host.Repository.UpdateAsync(session, None));
        Assert.That(await FindAsync(session), Is.Null);
    }

    [Test]
    public async Task Nothing_prolongs_a_session_that_two_files_have_met_in()
    {
        var session = Begin(Describe(Bytes) with { ClientKey = "key" });
        await Host.Repository.AddAsync(session, None);
        session.MarkConflict(Now, TimeSpan.FromMinutes(1));
        await Host.Repository.UpdateAsync(session, None);
        await MarkReceivedAsync(session, Now.AddDays(7));
        Assert.That((await FindAsync(session))!.ExpiresAt, Is.EqualTo(Now.AddMinutes(1)));
    }

    Task MarkReceivedAsync(UploadSession session, DateTimeOffset expiresAt) =>
        Host.Repository.MarkReceivedAsync(
            session.Id,
            new ReceivedChunk(session.Plan[0], [Sample.Sha256Of(Bytes)]) { Part = "part" },
            expiresAt,
            null,
            None);

    [Test]
    public async Task Every_change_of_a_session_is_saved()
    {
        var session = Begin(Describe(Bytes));
        await Host.Repository.AddAsync(session, None);
        session.SetDeclaredDigests(Everything.Md5, Everything.ContentHash, Everything.FirstBlock);
        session.Offer(new PossessionChallenge(Sample.Of(32), Sample.Of(32, 2), Id<Blob>.New(), 5, Now));
        session.Prolong(Now.AddDays(20));
        await Host.Repository.UpdateAsync(session, None);
        AssertSame((await FindAsync(session))!, session);
        Assert.That((await FindAsync(session))!.Challenge, Is.Not.Null);

        session.TakeChallenge();
        session.MarkCompleting(Sample.Md5Of([1]), Sample.HashOf([1]), Sample.Of(64));
        await Host.Repository.UpdateAsync(session, None);
        var found = (await FindAsync(session))!;
        AssertSame(found, session);
        Assert.That((found.State, found.Challenge), Is.EqualTo((UploadState.Completing, (PossessionChallenge?)null)));
    }

    [Test]
    public async Task Chunks_come_back_with_their_digests_and_fill_the_map()
    {
        var session = Begin(Everything, plan: ChunkPlan.For(1L << 43, 1L << 40));
        await Host.Repository.AddAsync(session, None);
        var digests = Sample.BlocksOf(Sample.Of(9 * Sample.MiB));
        await Host.Repository.MarkReceivedAsync(
            session.Id, new ReceivedChunk(session.Plan[7], digests), Now.AddDays(30), null, None);
        await Host.Repository.MarkReceivedAsync(
            session.Id, new ReceivedChunk(session.Plan[2], []), Now.AddDays(31), null, None);

        var (found, chunks) = (await Host.Repository.FindAsync(session.Id, None))!.Value;
        Assert.That(found.Received.Received(), Is.EqualTo(new IndexRange[] { new(2, 2), new(7, 7) }));
        Assert.That(found.ExpiresAt, Is.EqualTo(Now.AddDays(31)));
        Assert.That(chunks.Select(chunk => chunk.Range),
            Is.EquivalentTo(new[] { session.Plan[7], session.Plan[2] }));
        Assert.That(chunks.Single(chunk => chunk.Range.Index == 7).Digests, Is.EqualTo(digests));
        Assert.That(chunks.Single(chunk => chunk.Range.Index == 2).Digests, Is.Empty);
    }

    [Test]
    public async Task Nothing_comes_back_of_what_was_never_there_or_was_deleted()
    {
        var (session, other) = (Begin(Everything), Begin(Everything));
        await Host.Repository.AddAsync(session, None);
        await Host.Repository.AddAsync(other, None);
        await MarkAsync(session, 0);
        await MarkAsync(other, 0);
        await Host.Repository.DeleteAsync(session.Id, None);
        await Host.Repository.DeleteAsync(session.Id, None);
        Assert.That(await Host.Repository.FindAsync(session.Id, None), Is.Null);
        Assert.That((await FindAsync(other))!.Received.ReceivedCount, Is.EqualTo(1));
        await using var context = Host.Context();
        Assert.That(context.ReceivedChunks.Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Lists_the_owners_receiving_sessions_newest_first()
    {
        var old = Begin(Everything, createdAt: Now);
        var young = Begin(Everything, createdAt: Now.AddSeconds(1));
        var completing = Begin(Everything);
        completing.MarkCompleting(Sample.Md5Of([1]), Sample.HashOf([1]), []);
        foreach (var session in new[] { old, young, completing, Begin(Everything, owner: Bob) })
        {
            await Host.Repository.AddAsync(session, None);
        }

        await MarkAsync(old, 1);
        var listed = await Host.Repository.ListReceivingAsync(Alice.Key, None);
        Assert.That(listed.Select(session => session.Id), Is.EqualTo(new[] { young.Id, old.Id }));
        Assert.That(listed[1].Received.Received(), Is.EqualTo(new[] { new IndexRange(1, 1) }));
    }

    [Test]
    public async Task Finds_sessions_by_owner_name_and_size_only()
    {
        var session = Begin(Everything);
        var others = new[]
        {
            Begin(Everything, owner: Bob),
            Begin(Everything with { FileName = "other" }),
            Begin(Everything with { Size = 999 }, plan: ChunkPlan.For(999, 100)),
            Begin(Everything, plan: ChunkPlan.Open(count: 3)),
        };
        foreach (var one in others.Append(session))
        {
            await Host.Repository.AddAsync(one, None);
        }

        var listed = await Host.Repository.ListReceivingAsync(Alice.Key, Everything.FileName, 1000, None);
        Assert.That(listed.Select(one => one.Id), Is.EqualTo(new[] { session.Id }));
    }

    [Test]
    public async Task Lists_what_has_expired_by_the_millisecond()
    {
        var session = Begin(Everything);
        await Host.Repository.AddAsync(session, None);
        var end = session.ExpiresAt;
        Assert.That(await Host.Repository.ListExpiredAsync(end.AddMilliseconds(-1), None), Is.Empty);
        Assert.That(await Host.Repository.ListExpiredAsync(end, None), Is.EqualTo(new[] { session.Id }));
    }

    [Test]
    public async Task Lists_what_is_verified_but_not_published()
    {
        var (receiving, completing) = (Begin(Everything), Begin(Everything));
        completing.MarkCompleting(Sample.Md5Of([1]), Sample.HashOf([1]), []);
        await Host.Repository.AddAsync(receiving, None);
        await Host.Repository.AddAsync(completing, None);
        Assert.That(await Host.Repository.ListCompletingAsync(None), Is.EqualTo(new[] { completing.Id }));
    }

    static UploadSession Begin(
        FileDescription file, Owner? owner = null, ChunkPlan? plan = null, DateTimeOffset? createdAt = null) =>
        UploadSession.Begin(
            file, owner ?? Alice, plan ?? ChunkPlan.For(1000, 100), createdAt ?? Now, TimeSpan.FromDays(7));

    async Task<UploadSession?> FindAsync(UploadSession session) =>
        (await Host.Repository.FindAsync(session.Id, None))?.Session;

    Task MarkAsync(UploadSession session, int index) =>
        Host.Repository.MarkReceivedAsync(session.Id, new ReceivedChunk(session.Plan[index], []), Now, null, None);

    /// <summary>Compares all public properties, those of tomorrow too; what is compared elsewhere aside.</summary>
    static void AssertSame(UploadSession found, UploadSession expected)
    {
        foreach (var property in typeof(UploadSession).GetProperties())
        {
            if (property.Name is not (nameof(UploadSession.Challenge) or nameof(UploadSession.Received)
                or nameof(UploadSession.Prefix)))
            {
                Assert.That(property.GetValue(found), Is.EqualTo(property.GetValue(expected)), property.Name);
            }
        }
    }
}
