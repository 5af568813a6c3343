using System.IO.Pipelines;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Tests.Support.Core;
using Microsoft.Extensions.DependencyInjection;
using Moq;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Chunks;

/// <summary>Chunks that wait, for each other or for the MD5.</summary>
[TestFixture]
public class LockedChunkTests : CoreFixture
{
    static readonly byte[] Content = Sample.Of(3 * Sample.MiB);

    [Test]
    public async Task A_phone_that_changed_networks_does_not_lock_its_own_chunk()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        var silent = await BeginSendingAsync(session);
        var again = SendAsync(session, Content, 0);
        await Until.IsAsync(() => Host.Time.Waits > 0);
        Host.Time.Advance(TimeSpan.FromSeconds(5));
        var refusal = await Refusal.OfAsync(UploadErrorCode.ChunkBusy, () => silent);
        Assert.That(refusal.RetryAfter, Is.Not.Null);
        Assert.That((await again.WaitAsync(Until.Limit)).ReceivedCount, Is.EqualTo(1));
        await SendAllAsync(session, Content);
        Assert.That(Download((await CompleteAsync(session)).File!).AsSpan().SequenceEqual(Content));
    }

    [Test]
    public async Task A_second_post_of_a_chunk_that_is_still_coming_waits_and_is_compared()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        var body = new Pipe();
        var first = await BeginSendingAsync(session, body);
        var second = SendAsync(session, Content, 0);
        await body.Writer.WriteAsync(Content.AsMemory(1000, Sample.MiB - 1000));
        await body.Writer.CompleteAsync();
        Assert.That((await first).ReceivedCount, Is.EqualTo(1));
        Assert.That((await second).ReceivedCount, Is.EqualTo(1));
        Assert.That(await CountRowsAsync(session.Id), Is.EqualTo(1));
    }

    [Test]
    public async Task A_body_cut_short_is_simply_not_received()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        var body = new Pipe();
        var sending = await BeginSendingAsync(session, body);
        await body.Writer.CompleteAsync(new IOException("reset"));
        await Assert.CatchAsync<IOException>(() => sending);
        Assert.That(await CountRowsAsync(session.Id), Is.Zero);
        await SendAsync(session, Content, 0);
    }

    [Test]
    public async Task Waits_for_an_MD5_that_is_far_behind_but_never_with_the_lowest_missing_chunk(
        [Values] bool catchesUp)
    {
        await RestartAsync(services => services.AddSingleton(new Mock<IBackgroundHasher>().Object));
        var session = (await BeginAsync(Describe(Content))).Session;
        using var lease = await Host.Uploads.AcquireAsync(session.Id, None);
        var digest = lease.Upload.Hasher;
        digest.Advance(64L * Sample.MiB, null);
        await SendAsync(session, Content, 2);
        Assert.That(Host.Time.Waits, Is.Zero, "64 MiB behind is not too far");

        digest.Advance((64L * Sample.MiB) + 1, null);
        var waiting = SendAsync(session, Content, 1);
        await Until.IsAsync(() => Host.Time.Waits > 0);
        await SendAsync(session, Content, 0);
        Assert.That(waiting.IsCompleted, Is.False);
        if (catchesUp)
        {
            digest.Append(Sample.Segments(Content[..1], 1));
        }
        else
        {
            Host.Time.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.That((await waiting.WaitAsync(Until.Limit)).Next, Is.Null);
    }

    [Test]
    public async Task A_client_that_hangs_up_after_its_last_byte_loses_nothing()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        using var cancellation = new CancellationTokenSource();
        var body = new ChunkBody(Sample.Body(Content[..Sample.MiB]))
        {
            ReadLateDigestsAsync = async _ =>
            {
                await cancellation.CancelAsync();
                return null;
            },
        };
        await Host.Receiver.ReceiveAsync(session.Id, Alice, 0, body, cancellation.Token);
        Assert.That(await CountRowsAsync(session.Id), Is.EqualTo(1));
    }

    /// <summary>Sends the first 1000 bytes of chunk 0, and then nothing for now.</summary>
    async Task<Task<ChunkReceipt>> BeginSendingAsync(UploadSession session, Pipe? pipe = null)
    {
        pipe ??= new Pipe();
        await pipe.Writer.WriteAsync(Content.AsMemory(0, 1000));
        var sending = Host.Receiver.ReceiveAsync(session.Id, Alice, 0, new ChunkBody(pipe.Reader), None);
        await Until.IsAsync(() => Parts.Length == 1);
        return sending;
    }
}
