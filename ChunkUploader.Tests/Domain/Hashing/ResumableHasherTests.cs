using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Hashing;

/// <summary>The digests of bytes that are still arriving.</summary>
[TestFixture]
public class ResumableHasherTests
{
    static readonly byte[] Bytes = Sample.Of((9 * Sample.MiB) + 77);
    static readonly Sha256Digest[] Blocks = Sample.BlocksOf(Bytes);

    [TestCase(1_000_003)]
    [TestCase(4 * Sample.MiB)]
    [TestCase(64 * 1024)]
    public void Is_the_md5_of_the_bytes_and_knows_every_block(int run)
    {
        using var digest = New();
        digest.Advance(Bytes.Length, Bytes.Length);
        Append(digest, Bytes, run);
        Assert.That(digest.CurrentMd5(), Is.EqualTo(Sample.Md5Of(Bytes)));
        Assert.That(digest.Blocks.First(3), Is.EqualTo(Blocks));
        Assert.That((digest.Position, digest.Lag), Is.EqualTo(((long)Bytes.Length, 0L)));
    }

    [Test]
    public void Its_md5_is_that_of_the_bytes_so_far()
    {
        using var digest = New();
        Append(digest, Bytes[..1000], 100);
        Assert.That(digest.CurrentMd5(), Is.EqualTo(Sample.Md5Of(Bytes[..1000])));
        Append(digest, Bytes[1000..], 100_000);
        Assert.That(digest.CurrentMd5(), Is.EqualTo(Sample.Md5Of(Bytes)));
    }

    [Test]
    public void Lags_by_what_is_there_without_a_gap_and_not_hashed_yet()
    {
        using var digest = New();
        Assert.That(digest.Lag, Is.Zero);
        Assert.That(digest.Advance(500, Bytes.Length), Is.True);
        Assert.That(digest.Advance(400, Bytes.Length), Is.False, "it never goes back");
        Assert.That(digest.Advance(500, Bytes.Length), Is.False);
        Assert.That((digest.Available, digest.Lag), Is.EqualTo((500L, 500L)));
        Append(digest, Bytes[..200], 200);
        Assert.That((digest.Position, digest.Lag), Is.EqualTo((200L, 300L)));
    }

    [Test]
    public void Trusts_the_blocks_that_are_known()
    {
        var blocks = new BlockDigests();
        blocks.Set(1, Sample.Sha256Of([1]));
        using var digest = new ResumableHasher(Id<Blob>.New(), blocks);
        digest.Advance(Bytes.Length, Bytes.Length);
        Append(digest, Bytes, 1_000_000);
        Assert.That(blocks.First(3), Is.EqualTo(new[] { Blocks[0], Sample.Sha256Of([1]), Blocks[2] }));
    }

    [Test]
    public async Task Wakes_those_who_wait_for_a_position_and_only_them()
    {
        using var digest = New();
        digest.Advance(300, Bytes.Length);
        var (near, far) = (digest.ReachedAsync(100), digest.ReachedAsync(300));
        Assert.That(digest.ReachedAsync(0).IsCompletedSuccessfully);
        Append(digest, Bytes[..99], 99);
        Assert.That(near.IsCompleted, Is.False);
        Append(digest, Bytes[99..299], 200);
        await near;
        Assert.That(far.IsCompleted, Is.False);
        Append(digest, Bytes[299..300], 1);
        await far;
        Assert.That(digest.ReachedAsync(300).IsCompletedSuccessfully);
    }

    [Test]
    public async Task Tells_everybody_of_a_failure_until_it_is_tried_again()
    {
        using var digest = New();
        digest.Advance(100, Bytes.Length);
        var waiting = digest.ReachedAsync(100);
        digest.Fail(new IOException("gone"));
        await Assert.ThrowsAsync<IOException>(() => waiting);
        await Assert.ThrowsAsync<IOException>(() => digest.ReachedAsync(100));
        Assert.That(digest.Lag, Is.Zero, "nobody may wait for what does not go on");

        digest.Retry();
        Assert.That(digest.Lag, Is.EqualTo(100));
        waiting = digest.ReachedAsync(100);
        Append(digest, Bytes[..100], 100);
        await waiting;
        Assert.That(digest.CurrentMd5(), Is.EqualTo(Sample.Md5Of(Bytes[..100])));
    }

    [Test]
    public async Task Drops_what_comes_after_it_was_disposed()
    {
        var digest = New();
        var waiting = digest.ReachedAsync(10);
        digest.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        Append(digest, Bytes[..10], 10);
        digest.Retry();
        Assert.That((digest.Position, digest.Advance(20, Bytes.Length)), Is.EqualTo((0L, false)));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => digest.ReachedAsync(10));
    }

    static ResumableHasher New() => new(Id<Blob>.New(), new BlockDigests());

    static void Append(ResumableHasher digest, byte[] bytes, int run)
    {
        digest.Advance(0, Bytes.Length);
        foreach (var part in bytes.Chunk(run))
        {
            digest.Append(Sample.Segments(part, 7919));
        }
    }
}
