using ChunkUploader.Domain;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Tests.Support;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Sessions;

/// <summary>Promises of room in the life of an upload.</summary>
[TestFixture]
public class PromisedRoomTests : CoreFixture
{
    const long Free = 100L * Sample.MiB;
    static readonly byte[] Content = Sample.Of(3 * Sample.MiB);

    SpaceReservations Room => Host.Uploads.Room;

    SmallDisk Disk => Host.Get<SmallDisk>();

    [SetUp]
    public Task ShrinkAsync() => RestartAsync(services => SmallDisk.Register(services, Free));

    [Test]
    public async Task Who_asks_for_nearly_all_that_is_free_keeps_nobody_from_uploading()
    {
        var greedy = Describe(Content, "greedy.bin") with { Size = Free - Sample.MiB };
        var session = (await BeginAsync(greedy)).Session;
        await Host.Service.GetAsync(session.Id, Alice, None);
        Assert.That(Room.Promised, Is.Zero, "it is over her share");

        var file = await UploadAsync(Content, "small.bin", Bob);

        Assert.That(Download(file).AsSpan().SequenceEqual(Content));
        await SendAsync(session, Content, 0);
        await Refusal.OfAsync(
            UploadErrorCode.StorageFull, () => BeginAsync(greedy with { FileName = "b.bin", Size = Free + 1 }));
    }

    [Test]
    public async Task An_upload_without_a_promise_cannot_take_what_is_promised()
    {
        Disk.FreeBytes = 7 * Sample.MiB;
        var promised = (await BeginAsync(Describe(Content, "promised.bin"))).Session;
        var other = (await BeginAsync(Describe(Sample.Of(5 * Sample.MiB), "b.bin"), Bob)).Session;
        Assert.That(Room.Promised, Is.EqualTo(Content.Length));

        Disk.FreeBytes = Content.Length;
        await Refusal.OfAsync(
            UploadErrorCode.StorageFull, () => SendBodyAsync(other, 0, new byte[Sample.MiB], Bob));
        await SendAllAsync(promised, Content);

        await CompleteAsync(promised);
        await SendBodyAsync(other, 0, new byte[Sample.MiB], Bob);
    }

    [Test]
    public async Task A_restart_keeps_promises_and_each_chunk_takes_from_them()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        await SendAsync(session, Content, 1);
        var silent = (await BeginAsync(Describe(Content, "silent.bin"), Bob)).Session;
        Assert.That(Room.Promised, Is.EqualTo(5 * Sample.MiB));
        Host.Time.Advance(SpaceReservations.Lifetime - TimeSpan.FromSeconds(1));
        await SendAsync(session, Content, 0);
        Host.Time.Advance(TimeSpan.FromSeconds(2));

        await RestartAsync(services => SmallDisk.Register(services, Free));
        Assert.That(Room.Promised, Is.Zero);
        await Host.RecoverAsync();

        Assert.That(Room.Promised, Is.EqualTo(Sample.MiB), "of the silent one it has lapsed");
        await SendAsync(session, Content, 2);
        Assert.That(Room.Promised, Is.Zero);
        await SendAsync(silent, Content, 0, Bob);
        Assert.That(Room.Promised, Is.EqualTo(2 * Sample.MiB), "its bytes come again");
    }

    [Test]
    public async Task What_ends_is_promised_nothing()
    {
        var cancelled = (await BeginAsync(Describe(Content, "cancelled.bin"))).Session;
        await Host.Service.CancelAsync(cancelled.Id, Alice, None);
        Assert.That(Room.Promised, Is.Zero);

        var stored = await UploadAsync(Content, "stored.bin");
        Assert.That(Room.Promised, Is.Zero);
        var offered = await BeginAsync(DescribeHashed(Content, "instant.bin"));
        Assert.That(Room.Promised, Is.EqualTo(Content.Length));
        var answer = Sample.AnswerTo(offered.Challenge!, Content);
        Assert.That((await Host.Service.ProveAsync(offered.Session.Id, Alice, answer, None)).File!.BlobId,
            Is.EqualTo(stored.BlobId));
        Assert.That(Room.Promised, Is.Zero);
    }

    [Test]
    public async Task A_session_that_was_begun_and_never_asked_for_is_released_from_memory()
    {
        var lease = await Host.Uploads.BeginAsync(
            Describe(Content), Alice, ChunkPlan.For(Content.Length, Sample.MiB), None);
        lease.Dispose();
        Host.Time.Advance(TimeSpan.FromMinutes(3));
        Host.Uploads.ReleaseIdle();

        using var again = await Host.Uploads.AcquireAsync(lease.Upload.Session.Id, None);
        Assert.That(again.Upload, Is.Not.SameAs(lease.Upload));
    }
}
