using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Completion;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Infrastructure.Storage;
using ChunkUploader.Tests.Support.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Chunks;

/// <summary>
/// What was written before a flush failed may be gone, though it can be read, and though a later flush succeeds.
/// </summary>
[TestFixture]
public sealed class FailedFlushTests : CoreFixture
{
    static readonly byte[] Content = Sample.Of((3 * Sample.MiB) + 5);

    int _flushes;
    Func<int, bool> _fails = _ => false;

    [SetUp]
    public Task FailAsync() => RestartAsync(services => services.Replace(ServiceDescriptor.Singleton(
        provider => new FileSystemStore(provider.GetRequiredService<BlobPaths>(), 0, _ =>
        {
            if (_fails(Interlocked.Increment(ref _flushes)))
            {
                throw new IOException("EIO");
            }
        }))));

    [TestCase(1, TestName = "before the rename")]
    [TestCase(2, TestName = "after the rename")]
    public async Task Nothing_is_published_and_all_chunks_are_asked_for_anew(int failing)
    {
        _fails = flush => flush == failing;
        var session = await BeginAndSendAsync();
        var refusal = await Refusal.OfAsync(UploadErrorCode.ChunksMissing, () => CompleteAsync(session));

        Assert.That(refusal.Missing, Is.EqualTo(new[] { new IndexRange(0, 3) }));
        Assert.That((Parts.Length, Blobs.Length, await CountRowsAsync(session.Id)), Is.EqualTo((0, 0, 0)));
        await FinishAsync(session);
    }

    [Test]
    public async Task One_in_the_middle_of_a_large_file_that_succeeds_later_loses_all_that_was_sent_before_it()
    {
        _fails = flush => flush == 1;
        var content = Sample.Of(80 * Sample.MiB);
        var session = (await BeginAsync(Describe(content), chunkSize: 8 * Sample.MiB)).Session;
        for (var index = 0; index < 10; index++)
        {
            try
            {
                await SendAsync(session, content, index);
            }
            catch (UploadException refusal) when (refusal.Code == UploadErrorCode.BytesLost)
            {
                // Told before the end, if the flush was quick.
            }
        }

        var missing = (await Refusal.OfAsync(UploadErrorCode.ChunksMissing, () => CompleteAsync(session))).Missing!;
        Assert.That(missing[0].First, Is.Zero);
        Assert.That(missing[0].Last, Is.AtLeast(6));
        await SendAllAsync((await Host.Service.GetAsync(session.Id, Alice, None)).Session, content);
        Assert.That(Download((await CompleteAsync(session)).File!).AsSpan().SequenceEqual(content));
    }

    [TestCase(1, TestName = "a restart before the rename")]
    [TestCase(2, TestName = "a restart after the rename")]
    public async Task A_restart_does_not_make_the_bytes_good_again(int failing)
    {
        _fails = flush => flush == failing;
        var session = await BeginAndSendAsync();
        if (failing == 2)
        {
            await Host.Parts.FlushAsync(session.BlobId, None);
            session.MarkCompleting(
                Sample.Md5Of(Content),
                Sample.HashOf(Content),
                [.. Sample.BlocksOf(Content).SelectMany(digest => digest.ToBytes())]);
            await Host.Repository.UpdateAsync(session, None);
        }

        // Killed before anybody heard of it.
        await Refusal.OfAsync(
            UploadErrorCode.BytesLost,
            () => failing == 1
                ? Host.Parts.FlushAsync(session.BlobId, None)
                : Host.Parts.CommitAsync(session.BlobId, Content.Length, None));
        await RestartAsync();
        await Host.RecoverAsync();

        var loaded = (await Host.Service.GetAsync(session.Id, Alice, None)).Session;
        Assert.That((loaded.State, loaded.Received.ReceivedCount), Is.EqualTo((UploadState.Receiving, 0)));
        await FinishAsync(session);
    }

    [Test]
    public async Task A_chunk_that_comes_after_it_is_refused_once_and_begins_the_file_anew()
    {
        _fails = flush => flush == 1;
        var session = (await BeginAsync(Describe(Content))).Session;
        await SendAsync(session, Content, 0);
        await Assert.CatchAsync<UploadException>(() => Host.Parts.FlushAsync(session.BlobId, None));

        var refusal = await Refusal.OfAsync(UploadErrorCode.BytesLost, () => SendAsync(session, Content, 1));
        Assert.That(refusal.RetryAfter, Is.Not.Null);
        Assert.That((await SendAsync(session, Content, 1)).ReceivedCount, Is.EqualTo(1));
        await FinishAsync(session);
    }

    [Test]
    public async Task Who_reads_the_bytes_before_the_flush_has_told_finds_out_the_same()
    {
        var session = await BeginAndSendAsync();
        using (var lease = await Host.Uploads.AcquireAsync(session.Id, None))
        {
            _fails = _ => true;
            await Assert.CatchAsync<UploadException>(() => Host.Parts.FlushAsync(session.BlobId, None));
            _fails = _ => false;
            await Refusal.OfAsync(UploadErrorCode.BytesLost, () => lease.Upload.WatchAsync(
                () => Host.Parts.ReadAsync(session.BlobId, 0, 5, _ => { }, None)));
        }

        var refusal = await Refusal.OfAsync(UploadErrorCode.ChunksMissing, () => CompleteAsync(session));
        Assert.That(refusal.Missing, Is.EqualTo(new[] { new IndexRange(0, 3) }));
        await FinishAsync(session);
    }

    [Test]
    public async Task A_chunk_that_was_on_its_way_is_not_acknowledged()
    {
        _fails = flush => flush == 1;
        var session = (await BeginAsync(Describe(Content))).Session;
        await SendAsync(session, Content, 0);
        var body = new System.IO.Pipelines.Pipe(new System.IO.Pipelines.PipeOptions(pauseWriterThreshold: 0));
        var sending = Host.Receiver.ReceiveAsync(session.Id, Alice, 1, new ChunkBody(body.Reader), None);
        await body.Writer.WriteAsync(ChunkOf(session, Content, 1).AsMemory(0, 1000));
        await Assert.CatchAsync<UploadException>(() => Host.Parts.FlushAsync(session.BlobId, None));
        await body.Writer.WriteAsync(ChunkOf(session, Content, 1).AsMemory(1000));
        await body.Writer.CompleteAsync();

        await Refusal.OfAsync(UploadErrorCode.BytesLost, () => sending);
        await FinishAsync(session);
    }

    [Test]
    public async Task A_file_that_came_whole_is_not_kept()
    {
        _fails = flush => flush == 1;
        await Refusal.OfAsync(UploadErrorCode.BytesLost, SendWholeAsync);
        Assert.That((Parts.Length, Blobs.Length), Is.EqualTo((0, 0)));
        Assert.That(Download((await SendWholeAsync()).File!).AsSpan().SequenceEqual(Content));

        async Task<UploadStatus> SendWholeAsync() =>
            (await Host.Get<WholeFileUpload>().ReceiveAsync(
                Describe(Content),
                Alice,
                ChunkPlan.For(Content.Length, Content.Length),
                new WholeFileBody(Sample.Body(Content), _ => Task.FromResult<(Md5Digest?, ContentHash?)>(default)),
                None))!;
    }

    async Task<UploadSession> BeginAndSendAsync()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        await SendAllAsync(session, Content);
        return session;
    }

    /// <summary>What a client does: it asks what is missing and sends that.</summary>
    async Task FinishAsync(UploadSession session)
    {
        await SendAllAsync((await Host.Service.GetAsync(session.Id, Alice, None)).Session, Content);
        Assert.That(Download((await CompleteAsync(session)).File!).AsSpan().SequenceEqual(Content));
        Assert.That((Parts.Length, Blobs.Length), Is.EqualTo((0, 1)));
    }
}
