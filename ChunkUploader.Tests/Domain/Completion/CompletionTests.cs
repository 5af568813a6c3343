using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Completion;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Infrastructure.Storage;
using ChunkUploader.Tests.Support.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Completion;

/// <summary>Nothing is published that is not whole and verified.</summary>
[TestFixture]
public class CompletionTests : CoreFixture
{
    static readonly byte[] Content = Sample.Of((5 * Sample.MiB) + 1);

    [Test]
    public async Task Says_which_chunks_are_missing()
    {
        var content = Sample.Of(1000);
        var session = (await BeginAsync(Describe(content), chunkSize: 1)).Session;
        await SendAsync(session, content, 0);
        await SendAsync(session, content, 500);
        var refusal = await Refusal.OfAsync(UploadErrorCode.ChunksMissing, () => CompleteAsync(session));
        Assert.That(refusal.Missing, Is.EqualTo(new IndexRange[] { new(1, 499), new(501, 999) }));
    }

    [Test]
    public async Task Says_at_most_100_ranges()
    {
        var content = Sample.Of(300);
        var session = (await BeginAsync(Describe(content), chunkSize: 1)).Session;
        await Parallel.ForAsync(0, 150, async (index, _) => await SendAsync(session, content, index * 2));
        var refusal = await Refusal.OfAsync(UploadErrorCode.ChunksMissing, () => CompleteAsync(session));
        Assert.That(refusal.Missing,
            Is.EqualTo(Enumerable.Range(0, 100).Select(i => new IndexRange((2 * i) + 1, (2 * i) + 1))));
    }

    [Test]
    public async Task A_digest_that_differs_publishes_nothing_and_can_be_corrected(
        [Values] bool isMd5, [Values] bool isSaidAtBegin)
    {
        Md5Digest? md5 = isMd5 ? Sample.Md5Of([1]) : null;
        ContentHash? hash = isMd5 ? null : Sample.HashOf([1]);
        var file = isSaidAtBegin ? Describe(Content) with { Md5 = md5, ContentHash = hash } : Describe(Content);
        var session = (await BeginAsync(file)).Session;
        await SendAllAsync(session, Content);
        await Refusal.OfAsync(UploadErrorCode.DigestMismatch, () => isSaidAtBegin
            ? CompleteAsync(session)
            : CompleteAsync(session, md5: md5, contentHash: hash));
        Assert.That((await Host.Catalog.ListAsync(null, 1, None)).Total, Is.Zero);
        Assert.That(Blobs, Is.Empty);
        Assert.That((await BeginAsync(file)).Session.Id, Is.Not.EqualTo(session.Id), "begin does not go on with it");

        await RestartAsync();
        var status = await CompleteAsync(
            session, md5: isMd5 ? Sample.Md5Of(Content) : null, contentHash: isMd5 ? null : Sample.HashOf(Content));
        Assert.That(Download(status.File!).AsSpan().SequenceEqual(Content));
    }

    [Test]
    public async Task Answers_after_10_s_though_hashing_goes_on_and_gives_the_file_when_asked_again()
    {
        var hasher = new Mock<IBackgroundHasher>();
        await RestartAsync(services => services.AddSingleton(hasher.Object));
        var session = (await BeginAsync(Describe(Content))).Session;
        await SendAllAsync(session, Content);
        var completing = CompleteAsync(session);
        await Until.IsAsync(() => Host.Time.Waits > 0);
        Assert.That(completing.IsCompleted, Is.False);
        Host.Time.Advance(TimeSpan.FromSeconds(10));
        var status = await completing.WaitAsync(Until.Limit);
        Assert.That((status.IsCompleting, status.File), Is.EqualTo((true, (ChunkUploader.Domain.Catalog.StoredFile?)null)));
        await Refusal.OfAsync(UploadErrorCode.SessionConflict, () => Host.Service.CancelAsync(session.Id, Alice, None));

        using (var lease = await Host.Uploads.AcquireAsync(session.Id, None))
        {
            lease.Upload.Hasher.Append(Sample.Segments(Content, Sample.MiB));
        }

        Assert.That(Download((await CompleteAsync(session)).File!).AsSpan().SequenceEqual(Content));
    }

    [Test]
    public async Task Goes_on_when_the_client_hangs_up()
    {
        var hasher = new Mock<IBackgroundHasher>();
        await RestartAsync(services => services.AddSingleton(hasher.Object));
        var session = (await BeginAsync(Describe(Content))).Session;
        await SendAllAsync(session, Content);
        using var lease = await Host.Uploads.AcquireAsync(session.Id, None);
        using var cancellation = new CancellationTokenSource();
        var completing = Host.Service.CompleteAsync(session.Id, Alice, null, null, cancellation.Token);
        await Until.IsAsync(() => Host.Time.Waits > 0);
        await cancellation.CancelAsync();
        await Assert.CatchAsync<OperationCanceledException>(() => completing);
        lease.Upload.Hasher.Append(Sample.Segments(Content, Sample.MiB));
        var file = await lease.Upload.Completion!;
        Assert.That(Download(file).AsSpan().SequenceEqual(Content));
    }

    [Test]
    public async Task A_disk_that_fails_while_hashing_is_tried_again_at_the_next_complete()
    {
        var fails = true;
        var hasher = new Mock<IBackgroundHasher>();
        await RestartAsync(services => services.AddSingleton(hasher.Object));
        using var real = new BackgroundHasher(Host.Parts, NullLogger<BackgroundHasher>.Instance);
        hasher.Setup(f => f.Follow(It.IsAny<ResumableHasher>())).Callback((ResumableHasher digest) =>
        {
            if (fails)
            {
                digest.Fail(new IOException("EIO"));
            }
            else
            {
                real.Follow(digest);
            }
        });
        var session = (await BeginAsync(Describe(Content))).Session;
        await SendAllAsync(session, Content);
        await Assert.CatchAsync<IOException>(() => CompleteAsync(session));
        fails = false;
        Assert.That(Download((await CompleteAsync(session)).File!).AsSpan().SequenceEqual(Content));
    }

    [Test]
    public async Task A_database_that_fails_at_the_last_moment_does_not_lose_the_upload()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        await SendAllAsync(session, Content);
        var repository = new Mock<IUploadRepository>();
        var (real, failures) = (Host.Repository, 1);
        repository.Setup(r => r.FindAsync(session.Id, It.IsAny<CancellationToken>()))
            .Returns(() => real.FindAsync(session.Id, None));
        repository.Setup(r => r.UpdateAsync(It.IsAny<UploadSession>(), It.IsAny<CancellationToken>()))
            .Returns((UploadSession saved, CancellationToken _) =>
                failures-- > 0 ? Task.FromException(new IOException("full")) : real.UpdateAsync(saved, None));
        var uploads = new ActiveUploads(repository.Object, Host.Parts, Host.Blobs, Policy, Host.Time);
        var completion = new UploadCompletion(
            Host.Files,
            Host.Parts,
            Host.Blobs,
            Host.Get<BlobIntegrity>(),
            Host.Get<PossessionClaims>(),
            Host.Get<IBackgroundHasher>());
        using (var lease = await uploads.AcquireAsync(session.Id, None))
        {
            await Assert.CatchAsync<IOException>(() => completion.CompleteAsync(
                lease.Upload, null, null, async () => await uploads.AcquireAsync(session.Id, None), None));
            Assert.That(lease.Upload.Session.State, Is.EqualTo(UploadState.Receiving),
                "what was not saved is not so: the next complete has to save it before it renames");
        }

        await RestartAsync();
        Assert.That(Download((await CompleteAsync(session)).File!).AsSpan().SequenceEqual(Content));
    }
}
