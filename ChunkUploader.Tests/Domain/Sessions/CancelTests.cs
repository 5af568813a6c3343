using System.IO.Pipelines;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Completion;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Sessions;

/// <summary>A cancelled upload leaves nothing.</summary>
[TestFixture]
public class CancelTests : CoreFixture
{
    static readonly byte[] Content = Sample.Of(3 * Sample.MiB);

    [Test]
    public async Task Its_rows_and_its_part_go_and_it_does_not_exist_any_more()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        await SendAsync(session, Content, 1);
        Assert.That(Parts, Has.Length.EqualTo(1));
        await Host.Service.CancelAsync(session.Id, Alice, None);
        Assert.That(Parts, Is.Empty);
        Assert.That(await Host.Repository.FindAsync(session.Id, None), Is.Null);
        await Refusal.OfAsync(UploadErrorCode.UploadNotFound, () => SendAsync(session, Content, 0));
        await Refusal.OfAsync(UploadErrorCode.UploadNotFound, () => CompleteAsync(session));
        await Refusal.OfAsync(UploadErrorCode.UploadNotFound, () => Host.Service.CancelAsync(session.Id, Alice, None));
        await using var context = Host.Context();
        Assert.That(context.ReceivedChunks.Count(), Is.Zero);
    }

    [Test]
    public async Task A_chunk_that_is_on_its_way_in_is_ended_first()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        var body = new Pipe();
        await body.Writer.WriteAsync(Content.AsMemory(0, 1000));
        var sending = Host.Receiver.ReceiveAsync(session.Id, Alice, 0, new ChunkBody(body.Reader), None);
        await Until.IsAsync(() => Parts.Length == 1);
        await Host.Service.CancelAsync(session.Id, Alice, None).WaitAsync(Until.Limit);
        await Refusal.OfAsync(UploadErrorCode.ChunkBusy, () => sending);
        Assert.That(Parts, Is.Empty);
        await Refusal.OfAsync(UploadErrorCode.UploadNotFound, () => SendAsync(session, Content, 0));
    }

    [Test]
    public async Task Chunks_that_come_at_that_moment_leave_nothing_either()
    {
        for (var round = 0; round < 10; round++)
        {
            var session = (await BeginAsync(Describe(Content), chunkSize: 100_000)).Session;
            var sending = Enumerable.Range(0, session.Plan.Count!.Value).Select(async index =>
            {
                try
                {
                    await SendAsync(session, Content, index);
                }
                catch (UploadException exception)
                {
                    Assert.That(exception.Code, Is.AnyOf(UploadErrorCode.ChunkBusy, UploadErrorCode.UploadNotFound));
                }
            }).ToArray();
            await Host.Service.CancelAsync(session.Id, Alice, None);
            await Task.WhenAll(sending);
            Assert.That(Parts, Is.Empty);
            Assert.That(await Host.Repository.FindAsync(session.Id, None), Is.Null);
        }
    }

    [Test]
    public async Task Completing_right_after_finds_nothing()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        await SendAllAsync(session, Content);
        Task cancelling, completing, telling;
        using (var lease = await Host.Uploads.AcquireAsync(session.Id, None))
        {
            var held = new TaskCompletionSource();
            var holding = lease.Upload.RunExclusiveAsync(() => held.Task, None);
            cancelling = Host.Service.CancelAsync(session.Id, Alice, None);
            completing = CompleteAsync(session, md5: Sample.Md5Of(Content));
            telling = Host.Service.TellDigestsAsync(
                session.Id, Alice, Sample.Md5Of(Content), Sample.HashOf(Content), None);
            held.SetResult();
            await holding;
            await cancelling;
            await Refusal.OfAsync(UploadErrorCode.UploadNotFound, () => completing);
            await Refusal.OfAsync(UploadErrorCode.UploadNotFound, () => telling);
        }

        Assert.That(Blobs.Concat(Parts), Is.Empty);
    }

    [Test]
    public async Task Cancelling_a_completed_upload_keeps_its_file()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        await SendAllAsync(session, Content);
        var file = (await CompleteAsync(session)).File!;
        await Host.Service.CancelAsync(session.Id, Alice, None);
        Assert.That(Download(await Host.Catalog.GetAsync(file.Id, None)).AsSpan().SequenceEqual(Content));
        await Refusal.OfAsync(UploadErrorCode.UploadNotFound, () => CompleteAsync(session));
    }

    [Test]
    public async Task What_is_verified_and_cannot_be_published_can_be_cancelled([Values] bool afterRestart)
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        await SendAllAsync(session, Content);
        Directory.Delete(Host.Paths.Blobs);
        await File.WriteAllTextAsync(Host.Paths.Blobs, "not a folder: no blob gets its name");
        await Assert.CatchAsync<IOException>(() => CompleteAsync(session));
        Assert.That(session.State, Is.EqualTo(UploadState.Completing));
        File.Delete(Host.Paths.Blobs);
        if (afterRestart)
        {
            await RestartAsync();
        }

        await Host.Service.CancelAsync(session.Id, Alice, None);
        Assert.That(Parts, Is.Empty);
        Assert.That(await Host.Repository.FindAsync(session.Id, None), Is.Null);
    }

    [Test]
    public async Task Cancelling_after_a_publication_that_was_reported_as_failed_keeps_the_file()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        await SendAllAsync(session, Content);
        session.MarkCompleting(Sample.Md5Of(Content), Sample.HashOf(Content), Sample.Sha256Of(Content).ToBytes());
        await Host.Repository.UpdateAsync(session, None);
        var others = new ActiveUploads(Host.Repository, Host.Parts, Host.Blobs, Policy, Host.Time);
        using var lease = await others.AcquireAsync(session.Id, None);
        await Host.Get<UploadCompletion>().PublishAsync(lease.Upload, None);
        Assert.That(session.State, Is.EqualTo(UploadState.Completing), "in memory");
        await Host.Service.CancelAsync(session.Id, Alice, None);
        var file = lease.Upload.Session.FileId!.Value;
        Assert.That(Download(await Host.Catalog.GetAsync(file, None)).AsSpan().SequenceEqual(Content));
    }

    [Test]
    public async Task Cancelling_what_still_receives_removes_no_blob()
    {
        // An older database has come back: it does not know that the session's file was completed since.
        var session = (await BeginAsync(Describe(Content))).Session;
        Directory.CreateDirectory(Path.GetDirectoryName(Host.Paths.BlobOf(session.BlobId))!);
        await File.WriteAllBytesAsync(Host.Paths.BlobOf(session.BlobId), Content);
        await Host.Service.CancelAsync(session.Id, Alice, None);
        Assert.That(Blobs, Is.EqualTo(new[] { session.BlobId.ToString() }));
    }

    [Test]
    public async Task A_request_that_hangs_up_while_a_session_is_loaded_does_not_part_it_in_two()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        var loaded = new TaskCompletionSource();
        var repository = new Moq.Mock<IUploadRepository>();
        repository.Setup(r => r.FindAsync(session.Id, Moq.It.IsAny<CancellationToken>())).Returns(async () =>
        {
            await loaded.Task;
            return await Host.Repository.FindAsync(session.Id, None);
        });
        var uploads = new ActiveUploads(repository.Object, Host.Parts, Host.Blobs, Policy, Host.Time);
        var context = new ManualContext();
        using var cancellation = new CancellationTokenSource();
        var first = uploads.AcquireAsync(session.Id, None);
        var hangingUp = context.Run(() => uploads.AcquireAsync(session.Id, cancellation.Token));
        await cancellation.CancelAsync();
        loaded.SetResult();
        using var one = await first;

        // The one that hung up goes on only now, when the session has been loaded for the other.
        context.RunAll();
        await Assert.CatchAsync<OperationCanceledException>(() => hangingUp);
        using var other = await uploads.AcquireAsync(session.Id, None);
        Assert.That(other.Upload, Is.SameAs(one.Upload));
    }
}
