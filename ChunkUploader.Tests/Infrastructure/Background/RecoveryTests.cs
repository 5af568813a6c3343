using ChunkUploader.Domain.Sessions;
using ChunkUploader.Tests.Support;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Infrastructure.Background;

/// <summary>A crash in the middle of completing costs nothing: the next start finishes it.</summary>
[TestFixture]
public class RecoveryTests : CoreFixture
{
    static readonly byte[] Content = Sample.Of((5 * Sample.MiB) + 3);

    [Test]
    public async Task Publishes_what_was_verified_before_the_crash([Values] bool isRenamed)
    {
        var session = await CrashAsync(isRenamed);
        await Host.RecoverAsync();
        await AssertPublishedOnceAsync(session);
        await Host.RecoverAsync();
        await AssertPublishedOnceAsync(session);
    }

    [Test]
    public async Task Gives_the_client_that_asks_again_the_answer_even_without_it([Values] bool isRenamed)
    {
        var session = await CrashAsync(isRenamed);
        await CompleteAsync(session);
        await Host.RecoverAsync();
        await AssertPublishedOnceAsync(session);
    }

    [Test]
    [Platform("Linux")]
    public async Task A_name_that_was_given_before_the_crash_stays_though_it_cannot_be_flushed()
    {
        var session = await CrashAsync(isRenamed: true);
        var blob = Host.Paths.BlobOf(session.BlobId);
        await Host.DisposeAsync();
        await using (var failing = await ServerProcess.StartWithFailingFlushAsync(
            Folder.Path, Path.GetDirectoryName(blob)!))
        {
            Assert.That(failing.Output, Does.Contain("could not be published"));
            var parts = new DataFolder(Folder.Path).Parts;
            Assert.That((File.Exists(blob), parts.Length), Is.EqualTo((true, 0)), "a file may have it by now");
        }

        Host = new CoreHost(Folder, Host.Time);
        await Host.RecoverAsync();
        await AssertPublishedOnceAsync(session);
    }

    [Test]
    public async Task Removes_the_superfluous_copy_of_content_that_is_there([Values] bool isRenamed)
    {
        var stored = await UploadAsync(Content, "stored");
        var session = await CrashAsync(isRenamed);
        await Host.RecoverAsync();
        var file = (await CompleteAsync(session)).File!;
        Assert.That((file.BlobId, file.Name), Is.EqualTo((stored.BlobId, "a.bin")));
        Assert.That(Blobs, Is.EqualTo(new[] { stored.BlobId.ToString() }));
        Assert.That(Parts, Is.Empty);
        Assert.That(Download(file).AsSpan().SequenceEqual(Content));
    }

    [Test]
    public async Task One_that_cannot_be_published_does_not_keep_the_others()
    {
        var barred = await CrashAsync(isRenamed: false);
        Directory.CreateDirectory(Host.Paths.BlobOf(barred.BlobId)); // where its file would go
        var session = await CrashAsync(isRenamed: true);
        await Host.RecoverAsync();
        Assert.That(Download((await CompleteAsync(session)).File!).AsSpan().SequenceEqual(Content));
        Assert.That(await Host.Repository.ListCompletingAsync(None), Is.EqualTo(new[] { barred.Id }));
    }

    [Test]
    public async Task One_whose_part_is_gone_receives_again()
    {
        var lost = await CrashAsync(isRenamed: false);
        File.Delete(Host.Paths.PartOf(lost.BlobId));
        await Host.RecoverAsync();
        var session = (await Host.Service.GetAsync(lost.Id, Alice, None)).Session;
        Assert.That((session.State, session.Received.ReceivedCount), Is.EqualTo((UploadState.Receiving, 0)));
        await SendAllAsync(session, Content);
        await CompleteAsync(session);
        await AssertPublishedOnceAsync(session);
    }

    [Test]
    public async Task A_crash_before_that_only_makes_the_client_ask_again()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        await SendAllAsync(session, Content);
        await RestartAsync();
        await Host.RecoverAsync();
        Assert.That((await Host.Service.GetAsync(session.Id, Alice, None)).Session.State,
            Is.EqualTo(UploadState.Receiving));
        await CompleteAsync(session);
        await AssertPublishedOnceAsync(session);
    }

    /// <summary>What a server leaves that is killed after the session was saved as completing, and perhaps after its
    /// part was renamed.</summary>
    async Task<UploadSession> CrashAsync(bool isRenamed)
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        await SendAllAsync(session, Content);
        await Host.Parts.FlushAsync(session.BlobId, None);
        session.MarkCompleting(
            Sample.Md5Of(Content),
            Sample.HashOf(Content),
            [.. Sample.BlocksOf(Content).SelectMany(digest => digest.ToBytes())]);
        await Host.Repository.UpdateAsync(session, None);
        if (isRenamed)
        {
            await Host.Parts.CommitAsync(session.BlobId, Content.Length, None);
        }

        await RestartAsync();
        return session;
    }

    async Task AssertPublishedOnceAsync(UploadSession session)
    {
        var page = await Host.Catalog.ListAsync(null, 1, None);
        Assert.That(page.Total, Is.EqualTo(1));
        Assert.That(Download(page.Files[0]).AsSpan().SequenceEqual(Content));
        Assert.That(page.Files[0].Blob!.FirstBlock, Is.EqualTo(Sample.BlocksOf(Content)[0]));
        var status = await Host.Service.GetAsync(session.Id, Alice, None);
        Assert.That((status.Session.State, status.File!.Id), Is.EqualTo((UploadState.Completed, page.Files[0].Id)));
        Assert.That((Parts.Length, Blobs.Length), Is.EqualTo((0, 1)));
    }
}
