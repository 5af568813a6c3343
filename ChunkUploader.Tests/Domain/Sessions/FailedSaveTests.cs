using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Clients;
using ChunkUploader.Domain.Completion;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Infrastructure.Persistence;
using ChunkUploader.Tests.Support.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Sessions;

/// <summary>
/// The database fails once. What was not saved is not so: the next try does it anew, and what it answers is kept over a
/// restart.
/// </summary>
[TestFixture]
public sealed class FailedSaveTests : ClientFixture
{
    static readonly byte[] Content = Sample.Of(250_000);
    static readonly byte[] Other = Sample.Of(250_000, seed: 2);
    readonly CommitCounter _counter = new();

    [SetUp]
    public Task InterceptAsync() => RestartAsync(services => services.ConfigureDbContext<UploaderDbContext>(
        options => options.AddInterceptors(_counter)));

    [Test]
    public async Task Digests_that_are_told_again_are_saved()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        var (md5, hash) = (Sample.Md5Of(Content), Sample.HashOf(Content));
        _counter.FailNext();
        await Assert.CatchAsync<IOException>(() => Host.Service.TellDigestsAsync(session.Id, Alice, md5, hash, None));
        await Host.Service.TellDigestsAsync(session.Id, Alice, md5, hash, None);
        await RestartAsync();
        var kept = (await Host.Service.GetAsync(session.Id, Alice, None)).Session;
        Assert.That((kept.Md5, kept.ContentHash), Is.EqualTo(((Md5Digest?)md5, (ContentHash?)hash)));
    }

    [Test]
    public async Task Digests_of_a_form_that_come_again_are_saved()
    {
        var file = FileOf(Content);
        var hashed = file with { Description = file.Description with { Md5 = Sample.Md5Of(Other) } };
        await SendAsync(file, 0, ChunkOf(Content, 0));
        _counter.FailNext(after: 1); // the chunk's own row is kept
        await Assert.CatchAsync<IOException>(() => SendAsync(hashed, 1, ChunkOf(Content, 1)));
        await SendAsync(hashed, 1, ChunkOf(Content, 1));
        await RestartAsync();
        await Refusal.OfAsync(UploadErrorCode.DigestMismatch, () => SendAsync(file, 2, ChunkOf(Content, 2)));
    }

    [Test]
    public async Task What_a_chunk_tells_of_the_plan_is_saved_when_it_comes_again()
    {
        var file = FileOf(ChunkPlan.Open(count: 3));
        _counter.FailNext(after: 1);
        await Assert.CatchAsync<IOException>(() => SendAsync(file, 0, ChunkOf(Content, 0)));
        await SendAsync(file, 0, ChunkOf(Content, 0));
        await RestartAsync();
        Assert.That(Download((await SendAllAsync(file, Content, 1, 2)).File!), Is.EqualTo(Content));
    }

    [Test]
    public async Task A_chunk_without_a_place_is_kept_when_it_comes_again()
    {
        var file = FileOf(ChunkPlan.Open(count: 3));
        _counter.FailNext(after: 1);
        await Assert.CatchAsync<IOException>(() => SendAsync(file, 2, ChunkOf(Content, 2)));
        Assert.That(Parts, Is.Empty);
        await SendAsync(file, 2, ChunkOf(Content, 2));
        await RestartAsync();
        Assert.That(Download((await SendAllAsync(file, Content, 0, 1)).File!), Is.EqualTo(Content));
    }

    [Test]
    public async Task An_answer_to_an_offer_may_be_given_again()
    {
        await UploadAsync(Content, "its own.bin");
        var offered = await BeginAsync(DescribeHashed(Content));
        var answer = Sample.Sha256Of([1]);
        _counter.FailNext();
        await Assert.CatchAsync<IOException>(() => Host.Service.ProveAsync(offered.Session.Id, Alice, answer, None));
        Assert.That((await Host.Service.ProveAsync(offered.Session.Id, Alice, answer, None)).IsWrongProof, Is.True);
        Assert.That((await Host.Service.ProveAsync(offered.Session.Id, Alice, answer, None)).IsWrongProof, Is.False, "once");
    }

    [Test]
    public async Task Two_files_that_have_met_are_refused_though_that_could_not_be_saved_at_once()
    {
        var file = FileOf(Content);
        await SendAllAsync(file, Content, 0, 1);
        _counter.FailNext();
        await Assert.CatchAsync<IOException>(() => SendAsync(file, 0, ChunkOf(Other, 0)));
        await Refusal.OfAsync(UploadErrorCode.SessionConflict, () => SendAsync(file, 2, ChunkOf(Content, 2)));
        await RestartAsync();
        await Refusal.OfAsync(UploadErrorCode.SessionConflict, () => SendAsync(file, 2, ChunkOf(Content, 2)));
    }

    [Test]
    public async Task A_key_becomes_free_though_ending_what_has_met_under_it_failed_once()
    {
        var file = FileOf(Content);
        await SendAllAsync(file, Content, 0, 1);
        await Refusal.OfAsync(UploadErrorCode.ChunkDiffers, () => SendAsync(file, 0, ChunkOf(Other, 0)));
        Host.Time.Advance(TimeSpan.FromSeconds(151));
        _counter.FailNext();
        await Assert.CatchAsync<IOException>(() => SendAsync(file, 0, ChunkOf(Other, 0)));
        Assert.That(Download((await SendAllAsync(file, Other, 0, 1, 2)).File!), Is.EqualTo(Other));
        Assert.That(Parts, Is.Empty);
        Assert.That(Host.Uploads.Room.Promised, Is.Zero, "Nobody holds the ended one.");
    }

    [Test]
    public async Task What_was_verified_is_not_published_without_the_chunks_that_it_has_lost_since(
        [Values(0, 1, 2, 3, 4)] int commits)
    {
        var session = (await BeginAsync(Describe(Content), chunkSize: ChunkSize)).Session;
        await SendAllAsync(session, Content);
        session = (await Host.Repository.FindAsync(session.Id, None))!.Value.Session;
        session.MarkCompleting(
            Sample.Md5Of(Content),
            Sample.HashOf(Content),
            [.. Sample.BlocksOf(Content).SelectMany(digest => digest.ToBytes())]);
        await Host.Repository.UpdateAsync(session, None);
        await Host.Parts.CommitAsync(session.BlobId, Content.Length, None);
        using (var blob = File.OpenHandle(
            Host.Paths.BlobOf(session.BlobId), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            RandomAccess.SetLength(blob, ChunkSize);
        }

        await RestartAsync(services => services.ConfigureDbContext<UploaderDbContext>(
            options => options.AddInterceptors(_counter)));
        _counter.FailNext(commits);
        try
        {
            await Host.Service.GetAsync(session.Id, Alice, None);
        }
        catch (IOException)
        {
            // As if it had been killed there.
        }

        await RestartAsync();
        var loaded = (await Host.Service.GetAsync(session.Id, Alice, None)).Session;
        var refusal = await Refusal.OfAsync(UploadErrorCode.ChunksMissing, () => CompleteAsync(loaded));
        Assert.That(refusal.Missing, Is.EqualTo(new[] { new IndexRange(1, 2) }));
        await SendAllAsync(loaded, Content);
        Assert.That(Download((await CompleteAsync(loaded)).File!), Is.EqualTo(Content));
    }

    [Test]
    public async Task Cancelling_is_finished_by_the_next_try_although_others_have_the_upload_in_use()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        await SendAsync(session, Content, 0);
        using var inUse = await Host.Uploads.AcquireAsync(session.Id, None);
        _counter.FailNext();
        await Assert.CatchAsync<IOException>(() => Host.Service.CancelAsync(session.Id, Alice, None));
        await Host.Service.CancelAsync(session.Id, Alice, None);
        Assert.That((Parts.Length, await Host.Repository.CountReceivingAsync(Alice.Key, None)), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task A_session_that_was_saved_elsewhere_is_loaded_anew([Values] bool whileCompleting)
    {
        var session = (await BeginAsync(Describe(Content), chunkSize: ChunkSize)).Session;
        await SendAllAsync(session, Content);
        var elsewhere = (await Host.Repository.FindAsync(session.Id, None))!.Value.Session;
        elsewhere.SetDeclaredDigests(null, null, Sample.Sha256Of([1]));
        await Host.Repository.UpdateAsync(elsewhere, None);

        var (md5, hash) = (Sample.Md5Of(Content), Sample.HashOf(Content));
        Task<UploadStatus> Change() => whileCompleting
            ? Host.Service.CompleteAsync(session.Id, Alice, md5, hash, None)
            : Host.Service.TellDigestsAsync(session.Id, Alice, md5, hash, None);
        var refusal = await Refusal.OfAsync(UploadErrorCode.SessionConflict, Change);
        Assert.That(refusal.RetryAfter, Is.Not.Null);
        await Change();
        var saved = (await Host.Repository.FindAsync(session.Id, None))!.Value.Session;
        Assert.That((saved.Md5, saved.FirstBlock), Is.EqualTo((md5, Sample.Sha256Of([1]))));
        Assert.That(Download((await CompleteAsync(session)).File!), Is.EqualTo(Content));
    }

    [Test]
    public async Task An_upload_that_could_not_be_cancelled_goes_on()
    {
        var session = (await BeginAsync(Describe(Content), chunkSize: ChunkSize)).Session;
        await SendAsync(session, Content, 0);
        _counter.FailNext();
        await Assert.CatchAsync<IOException>(() => Host.Service.CancelAsync(session.Id, Alice, None));
        await SendAsync(session, Content, 1);
        await SendAsync(session, Content, 2);
        Assert.That(Download((await CompleteAsync(session)).File!), Is.EqualTo(Content));
    }

    [Test]
    public void A_saved_copy_is_taken_over_whole()
    {
        var session = UploadSession.Begin(Describe(Content), Alice, ChunkPlan.Open(count: 3), default, TimeSpan.Zero);
        var copy = session.Copy();
        copy.TransferOwnership(new Owner("bob", IsStable: false, "10.0.0.2"));
        copy.Rename("b.bin", "text/plain");
        copy.KeepPart("a part");
        copy.SetDeclaredDigests(Sample.Md5Of([1]), Sample.HashOf([1]), Sample.Sha256Of([1]));
        copy.Learn(ChunkPlan.For(10, 5));
        copy.Client = new ClientState("key");
        copy.Offer(new PossessionChallenge(Sample.Of(32), Sample.Of(32, 2), Id<Blob>.New(), 5, default));
        copy.Prolong(DateTimeOffset.UnixEpoch);
        copy.MarkCompleting(Sample.Md5Of([2]), Sample.HashOf([2]), [1]);
        copy.MarkDigestMismatch();
        Set(nameof(copy.BlobId), Id<Blob>.New());
        Set(nameof(copy.FileId), Id<StoredFile>.New());
        Set(nameof(copy.NeedsVerification), true);
        Set(nameof(copy.Version), 1);
        foreach (var isTaken in new[] { false, true })
        {
            foreach (var property in typeof(UploadSession).GetProperties().Where(property => property.CanWrite))
            {
                var isFixed = property.SetMethod!.ReturnParameter.GetRequiredCustomModifiers().Length > 0;
                Assert.That(
                    Equals(property.GetValue(session), property.GetValue(copy)),
                    Is.EqualTo(isTaken || (isFixed && property.Name != nameof(copy.Received))),
                    property.Name);
            }

            session.Become(copy);
        }

        void Set(string name, object value) => typeof(UploadSession).GetProperty(name)!.SetValue(copy, value);
    }
}
