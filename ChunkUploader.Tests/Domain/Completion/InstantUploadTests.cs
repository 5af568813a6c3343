using ChunkUploader.Domain;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Completion;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Completion;

/// <summary>A file that is there already costs no bytes, only a proof.</summary>
[TestFixture]
public class InstantUploadTests : CoreFixture
{
    static readonly byte[] Content = Sample.Of(5 * Sample.MiB);

    [Test]
    public async Task The_right_answer_gives_the_file_without_a_byte()
    {
        var stored = await UploadAsync(Content, "first.bin");
        var offered = await BeginAsync(DescribeHashed(Content, "second.bin"), Bob);
        Assert.That((offered.Session.State, offered.IsNew), Is.EqualTo((UploadState.Receiving, true)));
        var status = await ProveAsync(offered, Bob);
        Assert.That(status.Session.State, Is.EqualTo(UploadState.Completed));
        Assert.That((status.File!.Name, status.File.Owner, status.File.Instant, status.File.BlobId),
            Is.EqualTo(("second.bin", Bob.Key, true, stored.BlobId)));
        Assert.That(status.File.Id, Is.Not.EqualTo(stored.Id));
        await RestartAsync();
        Assert.That((await CompleteAsync(offered.Session, Bob)).File!.Id, Is.EqualTo(status.File.Id));
        await SendAsync(offered.Session, Content, 0, Bob);
    }

    [Test]
    public async Task A_wrong_answer_is_the_only_one_and_the_upload_goes_on()
    {
        await UploadAsync(Content);
        var offered = await BeginAsync(DescribeHashed(Content), Bob);
        var wrong = await Host.Service.ProveAsync(offered.Session.Id, Bob, Sample.Sha256Of([1]), None);
        Assert.That((wrong.Session.State, wrong.Challenge, wrong.File),
            Is.EqualTo(
                (UploadState.Receiving, (PossessionChallenge?)null, (ChunkUploader.Domain.Catalog.StoredFile?)null)));
        var second = await ProveAsync(offered, Bob);
        Assert.That(second.Session.State, Is.EqualTo(UploadState.Receiving), "there was only one answer");
        await RestartAsync();
        Assert.That((await ProveAsync(offered, Bob)).Session.State, Is.EqualTo(UploadState.Receiving));

        await SendAllAsync(offered.Session, Content, Bob);
        var file = (await CompleteAsync(offered.Session, Bob)).File!;
        Assert.That((file.Instant, Blobs.Length, Parts.Length), Is.EqualTo((false, 1, 0)));
    }

    [Test]
    public async Task An_offer_outlives_a_restart_but_not_two_minutes([Values(119, 120)] int seconds)
    {
        await UploadAsync(Content);
        var offered = await BeginAsync(DescribeHashed(Content), Bob);
        await RestartAsync();
        Host.Time.Advance(TimeSpan.FromSeconds(seconds));
        var isOffered = (await Host.Service.GetAsync(offered.Session.Id, Bob, None)).Challenge is not null;
        var status = await ProveAsync(offered, Bob);
        Assert.That((isOffered, status.Session.State == UploadState.Completed),
            Is.EqualTo((seconds < 120, seconds < 120)));
    }

    [Test]
    public async Task Asking_again_offers_anew()
    {
        await UploadAsync(Content);
        var offered = await BeginAsync(DescribeHashed(Content), Bob);
        Host.Time.Advance(TimeSpan.FromMinutes(3));
        var again = await BeginAsync(DescribeHashed(Content), Bob);
        Assert.That(again.Session.Id, Is.EqualTo(offered.Session.Id));
        Assert.That(again.Challenge!.Nonce, Is.Not.EqualTo(offered.Challenge!.Nonce));
        Assert.That((await ProveAsync(again, Bob)).File, Is.Not.Null);
    }

    [Test]
    public async Task Is_offered_as_soon_as_the_digests_are_told_while_chunks_go_on_being_taken()
    {
        await UploadAsync(Content);
        var session = (await BeginAsync(Describe(Content), Bob)).Session;
        await SendAsync(session, Content, 0, Bob);
        var offered = await Host.Service.TellDigestsAsync(
            session.Id, Bob, Sample.Md5Of(Content), Sample.HashOf(Content), None);
        Assert.That(offered.Challenge, Is.Not.Null);
        await SendAsync(session, Content, 2, Bob);
        var status = await ProveAsync(offered, Bob);
        Assert.That(status.File!.Instant, Is.True);
        Assert.That(Parts, Is.Empty, "the part is not needed any more");
    }

    [Test]
    public async Task Is_not_offered_unless_all_digests_agree()
    {
        await UploadAsync(Content);
        var file = DescribeHashed(Content);
        foreach (var other in new[]
        {
            Describe(Content, "1"),
            file with { FileName = "2", Md5 = null },
            file with { FileName = "3", ContentHash = null },
            file with { FileName = "4", Md5 = Sample.Md5Of([1]) },
            file with { FileName = "5", ContentHash = Sample.HashOf([1]) },
            file with { FileName = "6", Size = Content.Length - 1 },
        })
        {
            Assert.That((await BeginAsync(other, Bob)).Challenge, Is.Null);
        }
    }

    [Test]
    public async Task A_blob_that_was_deleted_since_is_not_given()
    {
        var stored = await UploadAsync(Content);
        var offered = await BeginAsync(DescribeHashed(Content), Bob);
        await Host.DeleteAsync(stored);
        Assert.That((await ProveAsync(offered, Bob)).Session.State, Is.EqualTo(UploadState.Receiving));
        await SendAllAsync(offered.Session, Content, Bob);
        Assert.That(Download((await CompleteAsync(offered.Session, Bob)).File!).AsSpan().SequenceEqual(Content));
    }

    [Test]
    public async Task A_chunk_that_comes_while_the_proof_is_given_never_touches_the_blob()
    {
        var stored = await UploadAsync(Content);
        var offered = await BeginAsync(DescribeHashed(Content), Bob);
        using var isIn = new ManualResetEventSlim();
        using var mayGoOn = new ManualResetEventSlim();
        using var lease = await Host.Uploads.AcquireAsync(offered.Session.Id, None);

        // Held up after it has locked the chunk, which takes two looks, and before it writes.
        var (thread, looks) = (-1, 0);
        Host.Time.LookedAt = () =>
        {
            if (Environment.CurrentManagedThreadId == thread && ++looks == 3)
            {
                isIn.Set();
                mayGoOn.Wait();
            }
        };
        var sending = Task.Run(() =>
        {
            thread = Environment.CurrentManagedThreadId;
            return SendAsync(offered.Session, Content, 0, Bob);
        });
        await Until.IsAsync(() => isIn.IsSet);
        var proving = ProveAsync(offered, Bob);
        await Until.IsAsync(() => lease.Upload.ChunkLocks.AcquireAsync(1, None).IsFaulted);
        mayGoOn.Set();
        await Refusal.OfAsync(UploadErrorCode.ChunkBusy, () => sending);
        Assert.That((await proving).File, Is.Not.Null);
        Assert.That(Parts, Is.Empty);
        Assert.That(Download(stored).AsSpan().SequenceEqual(Content));
    }

    [Test]
    public async Task Tells_whether_hashing_first_is_worth_it()
    {
        await UploadAsync(Content);
        var first = Sample.BlocksOf(Content)[0];
        Assert.That((await BeginAsync(Describe(Content) with { FirstBlock = first }, Bob)).Candidate, Is.True);
        Assert.That((await BeginAsync(Describe(Content) with { FirstBlock = Sample.Sha256Of([1]) }, Bob)).Candidate,
            Is.False);
        Assert.That((await BeginAsync(Describe(Content), Bob)).Candidate, Is.Null);
        Assert.That((await BeginAsync(DescribeHashed(Content) with { FirstBlock = first }, Bob)).Candidate, Is.Null);
    }

    [TestCase(InstantScope.Owner, true)]
    [TestCase(InstantScope.Off, false)]
    public async Task Looks_only_where_it_may(InstantScope scope, bool isOwnFound)
    {
        await UploadAsync(Content, owner: Alice);
        await RestartAsync(services => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions
            .AddSingleton(services, new UploadPolicy { InstantScope = scope }));
        var file = DescribeHashed(Content, "again");
        Assert.That((await BeginAsync(file, Bob)).Challenge, Is.Null);
        Assert.That((await BeginAsync(file, Alice)).Challenge is not null, Is.EqualTo(isOwnFound));
        var unhashed = Describe(Content, "unhashed") with { FirstBlock = Sample.BlocksOf(Content)[0] };
        Assert.That((await BeginAsync(unhashed, Bob)).Candidate, Is.False);
        Assert.That((await BeginAsync(unhashed, Alice)).Candidate, Is.EqualTo(isOwnFound));
    }

    Task<UploadStatus> ProveAsync(UploadStatus offered, Owner owner) =>
        Host.Service.ProveAsync(offered.Session.Id, owner, Sample.AnswerTo(offered.Challenge!, Content), None);
}
