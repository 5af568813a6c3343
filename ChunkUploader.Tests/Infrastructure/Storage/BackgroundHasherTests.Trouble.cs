using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Tests.Support.Core;
using Moq;
using NUnit.Framework;

namespace ChunkUploader.Tests.Infrastructure.Storage;

public partial class BackgroundHasherTests
{
    [Test]
    public async Task A_failing_disk_is_told_to_who_waits_and_tried_again_when_asked()
    {
        var bytes = Sample.Of(1000);
        var isBroken = true;
        var store = new Mock<IBlobStore>();
        SetUpRead(store, (_, _, observe) =>
        {
            observe(Sample.Segments(isBroken ? bytes[..400] : bytes[400..], 100));
            if (isBroken)
            {
                throw new IOException("Input/output error");
            }
        });
        using var follower = New(store.Object);
        using var digest = new ResumableHasher(Id<Blob>.New(), new BlockDigests());
        using var other = new ResumableHasher(Id<Blob>.New(), new BlockDigests());
        var waiting = digest.ReachedAsync(1000);
        digest.Advance(1000, 1000);
        follower.Follow(digest);
        await Assert.ThrowsAsync<IOException>(() => waiting.WaitAsync(Until.Limit));
        await Assert.ThrowsAsync<IOException>(() => digest.ReachedAsync(1000));

        isBroken = false;
        digest.Retry();
        digest.Advance(1000, 1000);

        // It may be seen as still in work for a moment, then it is taken up by the work itself.
        follower.Follow(digest);
        await digest.ReachedAsync(1000).WaitAsync(Until.Limit);
        Assert.That(digest.CurrentMd5(), Is.EqualTo(Sample.Md5Of(bytes)));
        Assert.That(digest.Blocks[0], Is.EqualTo(Sample.Sha256Of(bytes)));
    }

    [Test]
    public async Task A_digest_that_is_disposed_meanwhile_does_no_harm()
    {
        using var follower = New(Store);
        var bytes = Sample.Of(100_000);
        for (var round = 0; round < 50; round++)
        {
            var digest = new ResumableHasher(Id<Blob>.New(), new BlockDigests());
            await WriteAsync(digest, bytes, 0);
            digest.Advance(bytes.Length, bytes.Length);
            follower.Follow(digest);
            digest.Dispose();
        }

        using var last = new ResumableHasher(Id<Blob>.New(), new BlockDigests());
        await WriteAsync(last, bytes, 0);
        last.Advance(bytes.Length, bytes.Length);
        follower.Follow(last);
        await last.ReachedAsync(bytes.Length).WaitAsync(Until.Limit);
    }

    [Test]
    public void Nothing_is_begun_after_it_was_disposed()
    {
        var follower = New(Store);
        follower.Dispose();
        using var digest = new ResumableHasher(Id<Blob>.New(), new BlockDigests());
        digest.Advance(10, 10);
        follower.Follow(digest);
        Assert.That(digest.Position, Is.Zero);
    }
}
