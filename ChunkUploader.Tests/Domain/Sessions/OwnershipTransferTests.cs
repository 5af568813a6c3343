using ChunkUploader.Domain;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Infrastructure.Persistence;
using ChunkUploader.Tests.Support.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Sessions;

/// <summary>An upload that somebody else goes on with, by its resume link.</summary>
[TestFixture]
public class OwnershipTransferTests : CoreFixture
{
    static readonly byte[] Content = Sample.Of(3 * Sample.MiB);

    protected override UploadPolicy Policy => new() { MaxOpenUploads = 2 };

    ResumeLinkSecrets Secrets => Host.Get<ResumeLinkSecrets>();

    [Test]
    public async Task Only_what_is_missing_is_sent_and_the_file_is_the_new_owners([Values] bool restarted)
    {
        var session = await BeginHalfAsync();
        var taken = await TakeAsync(session, Secrets.Of(session.Id, Alice.Key), Bob);
        Assert.That((taken.Session.Id, taken.Session.Owner, taken.Session.Received.ReceivedCount),
            Is.EqualTo((session.Id, Bob.Key, 1)));
        if (restarted)
        {
            await RestartAsync();
        }

        await SendAsync(session, Content, 0, Bob);
        await SendAsync(session, Content, 2, Bob);
        var file = (await CompleteAsync(session, Bob)).File!;
        Assert.That((file.Owner, Download(file).AsSpan().SequenceEqual(Content)), Is.EqualTo((Bob.Key, true)));
    }

    [Test]
    public async Task To_the_one_who_had_it_it_does_not_exist_any_more()
    {
        var session = await BeginHalfAsync();
        await TakeAsync(session, Secrets.Of(session.Id, Alice.Key), Bob);
        await Refusal.OfAsync(UploadErrorCode.UploadNotFound, () => SendAsync(session, Content, 0));
        await Refusal.OfAsync(UploadErrorCode.UploadNotFound, () => CompleteAsync(session));
        await Refusal.OfAsync(UploadErrorCode.UploadNotFound, () => Host.Service.GetAsync(session.Id, Alice, None));
        Assert.That(await IdsOfAsync(Alice), Is.Empty);
        Assert.That(await IdsOfAsync(Bob), Is.EqualTo([session.Id]));
        Assert.That((await BeginAsync(Describe(Content), Bob)).Session.Id, Is.EqualTo(session.Id), "found by its name");
    }

    [Test]
    public async Task Its_cancelling_that_waited_meanwhile_comes_too_late()
    {
        var session = await BeginHalfAsync();
        Task<UploadStatus> taking;
        Task cancelling;
        using (var lease = await Host.Uploads.AcquireAsync(session.Id, None))
        {
            var held = new TaskCompletionSource();
            var holding = lease.Upload.RunExclusiveAsync(() => held.Task, None);
            taking = TakeAsync(session, Secrets.Of(session.Id, Alice.Key), Bob);
            cancelling = Host.Service.CancelAsync(session.Id, Alice, None);
            held.SetResult();
            await holding;
            await taking;
            await Refusal.OfAsync(UploadErrorCode.UploadNotFound, () => cancelling);
        }

        await SendAsync(session, Content, 0, Bob);
    }

    [Test]
    public async Task A_wrong_secret_is_told_as_little_as_an_unknown_session()
    {
        var session = await BeginHalfAsync();
        var other = (await BeginAsync(Describe(Content, "other.bin"))).Session;
        foreach (var secret in new[] { null, "", "x", new string('A', 22), Secrets.Of(other.Id, Alice.Key) })
        {
            await Refusal.OfAsync(UploadErrorCode.UploadNotFound, () => TakeAsync(session, secret, Bob));
        }

        await Refusal.OfAsync(
            UploadErrorCode.UploadNotFound,
            () => Host.Get<OwnershipTransfer>().TakeAsync(Id<UploadSession>.New(), "x", Bob, None));
        await SendAsync(session, Content, 0);
    }

    [Test]
    public async Task A_link_is_dead_once_it_was_used_and_tells_the_one_who_had_it()
    {
        var session = await BeginHalfAsync();
        var link = Secrets.Of(session.Id, Alice.Key);
        await TakeAsync(session, link, Bob);
        var carol = new Owner("carol", IsStable: true);
        await Refusal.OfAsync(UploadErrorCode.UploadNotFound, () => TakeAsync(session, link, carol));
        await Refusal.OfAsync(UploadErrorCode.UploadTakenOver, () => TakeAsync(session, link, Alice));
        Assert.That((await TakeAsync(session, link, Bob)).Session.Owner, Is.EqualTo(Bob.Key), "opened twice");
        var back = await TakeAsync(session, Secrets.Of(session.Id, Bob.Key), Alice);
        Assert.That(back.Session.Owner, Is.EqualTo(Alice.Key));
    }

    [Test]
    public async Task One_who_is_only_guessed_can_give_it_but_not_take_it()
    {
        var session = await BeginHalfAsync();
        await Refusal.OfAsync(
            UploadErrorCode.InvalidInput, () => TakeAsync(session, Secrets.Of(session.Id, Alice.Key), Guessed));
        var guests = (await BeginAsync(Describe(Content, "guest.bin"), Guessed)).Session;
        await TakeAsync(guests, Secrets.Of(guests.Id, Guessed.Key), Bob);
        await SendAsync(guests, Content, 0, Bob);
    }

    [Test]
    public async Task A_completed_one_is_answered_with_its_file_and_stays_its_owners([Values] bool restarted)
    {
        var session = await BeginHalfAsync();
        await SendAllAsync(session, Content);
        var file = (await CompleteAsync(session)).File!;
        if (restarted)
        {
            await RestartAsync();
        }

        var taken = await TakeAsync(session, Secrets.Of(session.Id, Alice.Key), Bob);
        Assert.That((taken.Session.State, taken.Session.Owner, taken.File!.Id),
            Is.EqualTo((UploadState.Completed, Alice.Key, file.Id)));
    }

    [Test]
    public async Task One_more_than_the_new_owner_may_have_stays_where_it_is()
    {
        var session = await BeginHalfAsync();
        await BeginAsync(Describe(Content, "one.bin"), Bob);
        await BeginAsync(Describe(Content, "two.bin"), Bob);
        var refusal = await Refusal.OfAsync(
            UploadErrorCode.TooManyUploads, () => TakeAsync(session, Secrets.Of(session.Id, Alice.Key), Bob));
        Assert.That(refusal.RetryAfter, Is.Not.Null);
        await SendAsync(session, Content, 0);
    }

    [Test]
    public async Task An_offer_is_for_the_one_who_had_it_and_the_time_begins_anew()
    {
        await UploadAsync(Content, "its own.bin");
        var offered = await BeginAsync(DescribeHashed(Content));
        Assert.That(offered.Challenge, Is.Not.Null);
        Host.Time.Advance(TimeSpan.FromSeconds(60));
        var taken = await TakeAsync(offered.Session, Secrets.Of(offered.Session.Id, Alice.Key), Bob);
        Assert.That(taken.Challenge, Is.Null);
        Assert.That(taken.Session.ExpiresAt, Is.EqualTo(Host.Time.GetUtcNow() + Policy.SessionLifetime));
        await RestartAsync();
        Assert.That((await Host.Service.GetAsync(offered.Session.Id, Bob, None)).Challenge, Is.Null);
    }

    [Test]
    public async Task What_could_not_be_saved_is_not_taken()
    {
        var counter = new CommitCounter();
        await RestartAsync(services => services.ConfigureDbContext<UploaderDbContext>(
            options => options.AddInterceptors(counter)));
        var session = await BeginHalfAsync();
        counter.FailNext();
        await Assert.CatchAsync<IOException>(() => TakeAsync(session, Secrets.Of(session.Id, Alice.Key), Bob));
        await SendAsync(session, Content, 0);
    }

    [Test]
    public void A_secret_has_128_bits_and_goes_into_a_link_as_it_is()
    {
        var id = Id<UploadSession>.New();
        Assert.That(Secrets.Of(id, "alice"), Does.Match("^[A-Za-z0-9_-]{22}$"));
        Assert.That(new ResumeLinkSecrets([1, .. new byte[31]]).Of(id, "alice"), Is.Not.EqualTo(Secrets.Of(id, "alice")));
    }

    async Task<UploadSession> BeginHalfAsync()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        await SendAsync(session, Content, 1);
        return session;
    }

    Task<UploadStatus> TakeAsync(UploadSession session, string? secret, Owner owner) =>
        Host.Get<OwnershipTransfer>().TakeAsync(session.Id, secret, owner, None).WaitAsync(Until.Limit);

    async Task<Id<UploadSession>[]> IdsOfAsync(Owner owner) =>
        [.. (await Host.Service.ListAsync(owner, None)).Select(status => status.Session.Id)];
}
