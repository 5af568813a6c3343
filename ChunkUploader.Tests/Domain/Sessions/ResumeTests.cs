using ChunkUploader.Domain;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Sessions;

/// <summary>Who goes on with which session.</summary>
[TestFixture]
public class ResumeTests : CoreFixture
{
    static readonly byte[] Content = Sample.Of(3 * Sample.MiB);

    [Test]
    public async Task The_same_file_of_the_same_owner_goes_on()
    {
        var first = await BeginAsync(Describe(Content));
        await SendAsync(first.Session, Content, 1);
        var again = await BeginAsync(DescribeHashed(Content), chunkSize: 7);
        Assert.That((first.IsNew, again.IsNew, again.Session.Id), Is.EqualTo((true, false, first.Session.Id)));
        Assert.That(again.Session.Plan.ChunkSize, Is.EqualTo(Sample.MiB), "it keeps its plan");
        Assert.That(again.Session.Md5, Is.EqualTo(Sample.Md5Of(Content)), "and learns the digests");
        await RestartAsync();
        var found = (await Host.Repository.FindAsync(first.Session.Id, None))!.Value.Session;
        Assert.That(found.ContentHash, Is.EqualTo(Sample.HashOf(Content)));
    }

    [Test]
    public async Task Another_owners_session_does_not_exist()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        Assert.That((await BeginAsync(Describe(Content), Bob)).Session.Id, Is.Not.EqualTo(session.Id));
        await Refusal.OfAsync(UploadErrorCode.UploadNotFound, () => Host.Service.GetAsync(session.Id, Bob, None));
        await Refusal.OfAsync(UploadErrorCode.UploadNotFound, () => SendAsync(session, Content, 0, Bob));
        await Refusal.OfAsync(UploadErrorCode.UploadNotFound, () => CompleteAsync(session, Bob));
        await Refusal.OfAsync(UploadErrorCode.UploadNotFound, () => Host.Service.CancelAsync(session.Id, Bob, None));
        await Refusal.OfAsync(UploadErrorCode.UploadNotFound, () => Host.Service.TellDigestsAsync(
            session.Id, Bob, Sample.Md5Of(Content), Sample.HashOf(Content), None));
        await Refusal.OfAsync(UploadErrorCode.UploadNotFound,
            () => Host.Service.ProveAsync(session.Id, Bob, default, None));
        await Refusal.OfAsync(UploadErrorCode.UploadNotFound,
            () => Host.Get<ReceivedBlocks>().ListAsync(session.Id, Bob, 0, 1, None));
        Assert.That((await Host.Service.ListAsync(Bob, None)).Select(status => status.Session.Id),
            Has.None.EqualTo(session.Id));
        Assert.That((await Host.Service.GetAsync(session.Id, Alice, None)).Session.Id, Is.EqualTo(session.Id));
    }

    [Test]
    public async Task A_guessed_owner_goes_on_by_id_only()
    {
        var session = (await BeginAsync(Describe(Content), Guessed)).Session;
        Assert.That((await BeginAsync(Describe(Content), Guessed)).Session.Id, Is.Not.EqualTo(session.Id));
        Assert.That(await Host.Service.ListAsync(Guessed, None), Is.Empty);
        await SendAllAsync(session, Content, Guessed);
        Assert.That((await CompleteAsync(session, Guessed)).File, Is.Not.Null);
    }

    [Test]
    public async Task Beginning_many_times_at_once_makes_one_session()
    {
        var begun = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(_ => Task.Run(() => BeginAsync(Describe(Content)))));
        Assert.That(begun.Select(status => status.Session.Id).Distinct().Count(), Is.EqualTo(1));
        Assert.That(begun.Count(status => status.IsNew), Is.EqualTo(1));
    }

    [Test]
    public async Task Neither_a_completed_nor_a_cancelled_session_is_gone_on_with()
    {
        var completed = (await BeginAsync(Describe(Content))).Session;
        await SendAllAsync(completed, Content);
        await CompleteAsync(completed);
        var next = (await BeginAsync(Describe(Content))).Session;
        Assert.That(next.Id, Is.Not.EqualTo(completed.Id));
        await Host.Service.CancelAsync(next.Id, Alice, None);
        Assert.That((await BeginAsync(Describe(Content))).Session.Id, Is.Not.EqualTo(next.Id));
    }

    [Test]
    public async Task The_list_shows_open_sessions_newest_first_with_what_is_in()
    {
        var old = (await BeginAsync(Describe(Content, "old"))).Session;
        Host.Time.Advance(TimeSpan.FromSeconds(1));
        var young = (await BeginAsync(Describe(Content, "young"))).Session;
        var done = (await BeginAsync(Describe(Content, "done"))).Session;
        await SendAllAsync(done, Content);
        await CompleteAsync(done);
        await SendAsync(old, Content, 2);
        var listed = await Host.Service.ListAsync(Alice, None);
        Assert.That(listed.Select(status => status.Session.FileName),
            Is.EqualTo(new[] { young.FileName, old.FileName }));
        Assert.That(listed[1].Session.Received.Received(), Is.EqualTo(new[] { new IndexRange(2, 2) }));
    }

    [Test]
    public async Task What_was_forgotten_in_memory_is_loaded_again()
    {
        var session = (await BeginAsync(DescribeHashed(Content))).Session;
        await SendAsync(session, Content, 0);
        await SendAsync(session, Content, 2);
        Host.Time.Advance(TimeSpan.FromMinutes(61));
        Host.Uploads.ReleaseIdle();
        var loaded = (await Host.Service.GetAsync(session.Id, Alice, None)).Session;
        Assert.That(loaded, Is.Not.SameAs(session));
        Assert.That(loaded.Received.Missing(), Is.EqualTo(new[] { new IndexRange(1, 1) }));
        Assert.That(loaded.ExpiresAt, Is.EqualTo(session.ExpiresAt).Within(TimeSpan.FromMilliseconds(1)));
        await SendAsync(session, Content, 1);
        Assert.That(Download((await CompleteAsync(session)).File!).AsSpan().SequenceEqual(Content));
    }

    [Test]
    public async Task Who_comes_back_has_the_whole_lifetime_again()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        Host.Time.Advance(TimeSpan.FromDays(6));
        await BeginAsync(Describe(Content));
        Host.Time.Advance(TimeSpan.FromDays(2));
        await Host.Get<UploadExpiry>().SweepAsync(None);
        await RestartAsync();
        Assert.That((await Host.Service.GetAsync(session.Id, Alice, None)).Session.Id, Is.EqualTo(session.Id));
    }

    [Test]
    public async Task What_is_in_use_is_not_forgotten()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        using var lease = await Host.Uploads.AcquireAsync(session.Id, None);
        Host.Time.Advance(TimeSpan.FromDays(1));
        Host.Uploads.ReleaseIdle();
        using var again = await Host.Uploads.AcquireAsync(session.Id, None);
        Assert.That(again.Upload, Is.SameAs(lease.Upload));
    }
}
