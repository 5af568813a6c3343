using ChunkUploader.Domain;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Tests.Support.Core;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Sessions;

/// <summary>What nobody goes on with is removed seven days after its last chunk, and not before.</summary>
[TestFixture]
public class ExpiryTests : CoreFixture
{
    static readonly byte[] Content = Sample.Of(3 * Sample.MiB);

    UploadExpiry Expiry => Host.Get<UploadExpiry>();

    [Test]
    public async Task Goes_with_its_part_seven_days_after_its_last_chunk([Values] bool afterRestart)
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        Host.Time.Advance(TimeSpan.FromDays(6));
        await SendAsync(session, Content, 1);
        if (afterRestart)
        {
            await RestartAsync();
        }

        Host.Time.Advance(TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1));
        Assert.That(await Expiry.SweepAsync(None), Is.Zero);
        Assert.That(Parts, Has.Length.EqualTo(1));
        Host.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(await Expiry.SweepAsync(None), Is.EqualTo(1));
        Assert.That(Parts, Is.Empty);
        await Refusal.OfAsync(UploadErrorCode.UploadNotFound, () => SendAsync(session, Content, 0));
        Assert.That(await Expiry.SweepAsync(None), Is.Zero);
    }

    [Test]
    public async Task A_chunk_at_the_last_moment_keeps_it()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        Host.Time.Advance(TimeSpan.FromDays(7));
        Assert.That(await Host.Repository.ListExpiredAsync(Host.Time.GetUtcNow(), None),
            Is.EqualTo(new[] { session.Id }));
        await SendAsync(session, Content, 0);
        await Host.Service.ExpireAsync(session.Id, None);
        Assert.That((await Host.Service.GetAsync(session.Id, Alice, None)).Session.Received.ReceivedCount,
            Is.EqualTo(1));
    }

    [Test]
    public async Task So_does_a_chunk_that_is_all_there_as_its_writer_is_told_to_leave()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        Host.Time.Advance(TimeSpan.FromDays(7));
        var (written, held) = (new TaskCompletionSource(), new TaskCompletionSource());
        var body = new ChunkBody(Sample.Body(ChunkOf(session, Content, 0)))
        {
            ReadLateDigestsAsync = async _ =>
            {
                written.SetResult();
                await held.Task;
                return null;
            },
        };
        var sending = Host.Receiver.ReceiveAsync(session.Id, Alice, 0, body, None);
        await written.Task.WaitAsync(Until.Limit);
        var expiring = Host.Service.ExpireAsync(session.Id, None);
        held.SetResult();
        Assert.That((await sending.WaitAsync(Until.Limit)).ReceivedCount, Is.EqualTo(1));
        await expiring.WaitAsync(Until.Limit);
        Assert.That((await Host.Service.GetAsync(session.Id, Alice, None)).Session.Received.ReceivedCount,
            Is.EqualTo(1));
        await SendAllAsync(session, Content);
        Assert.That((await CompleteAsync(session)).File, Is.Not.Null);
    }

    [Test]
    public async Task A_completed_upload_is_forgotten_but_its_file_stays()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        await SendAllAsync(session, Content);
        var file = (await CompleteAsync(session)).File!;
        Host.Time.Advance(TimeSpan.FromDays(7));
        Assert.That(await Expiry.SweepAsync(None), Is.EqualTo(1));
        await Refusal.OfAsync(UploadErrorCode.UploadNotFound, () => CompleteAsync(session));
        Assert.That(Download(await Host.Catalog.GetAsync(file.Id, None)).AsSpan().SequenceEqual(Content));
    }

    [Test]
    public async Task What_is_being_completed_does_not_expire()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        await SendAllAsync(session, Content);
        session.MarkCompleting(
            Sample.Md5Of(Content), Sample.HashOf(Content), Sample.Sha256Of(Content).ToBytes());
        await Host.Repository.UpdateAsync(session, None);
        Host.Time.Advance(TimeSpan.FromDays(8));
        await Expiry.SweepAsync(None);
        await Host.RecoverAsync();
        Assert.That((await CompleteAsync(session)).File, Is.Not.Null);
    }

    [Test]
    public async Task Verified_bytes_that_cannot_be_published_expire_too()
    {
        var session = await CompletingWithoutPartAsync();
        Assert.That(await Expiry.SweepAsync(None), Is.Zero);
        Host.Time.Advance(TimeSpan.FromDays(8));
        Assert.That(await Expiry.SweepAsync(None), Is.EqualTo(1));
        Assert.That(await Host.Repository.FindAsync(session.Id, None), Is.Null);
        Assert.That(Parts.Concat(Blobs), Is.Empty);
    }

    [Test]
    public async Task One_that_cannot_be_loaded_does_not_keep_the_others_from_expiring()
    {
        var broken = (await BeginAsync(Describe(Content, "broken"))).Session;
        var sessions = new List<UploadSession>();
        foreach (var name in new[] { "b", "c", "d" })
        {
            sessions.Add((await BeginAsync(Describe(Content, name))).Session);
            await SendAsync(sessions[^1], Content, 0);
        }

        await RestartAsync();
        await using (var context = Host.Context())
        {
            await context.Database.ExecuteSqlAsync(
                $"UPDATE UploadSessions SET BlobId = x'00' WHERE Id = {broken.Id.ToBytes()}");
        }

        Host.Time.Advance(TimeSpan.FromDays(8));
        var failure = await Assert.CatchAsync<AggregateException>(() => Expiry.SweepAsync(None));
        Assert.That(failure!.InnerExceptions, Has.Count.EqualTo(1));
        Assert.That(Parts, Is.Empty);
        foreach (var session in sessions)
        {
            Assert.That(await Host.Repository.FindAsync(session.Id, None), Is.Null);
        }
    }

    [Test]
    public async Task Forgets_in_memory_what_was_idle_for_two_minutes()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        Host.Time.Advance(TimeSpan.FromSeconds(119));
        Host.Uploads.ReleaseIdle();
        Assert.That((await Host.Service.GetAsync(session.Id, Alice, None)).Session, Is.SameAs(session));
        Host.Time.Advance(TimeSpan.FromSeconds(120));
        Host.Uploads.ReleaseIdle();
        Assert.That((await Host.Service.GetAsync(session.Id, Alice, None)).Session, Is.Not.SameAs(session));
    }

    async Task<UploadSession> CompletingWithoutPartAsync()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        await SendAllAsync(session, Content);
        session.MarkCompleting(
            Sample.Md5Of(Content), Sample.HashOf(Content), Sample.Sha256Of(Content).ToBytes());
        await Host.Repository.UpdateAsync(session, None);
        File.Delete(Host.Paths.PartOf(session.BlobId));
        return session;
    }
}
