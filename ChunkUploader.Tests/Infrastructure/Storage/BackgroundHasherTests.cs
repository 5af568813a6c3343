using System.Buffers;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Infrastructure.Storage;
using ChunkUploader.Tests.Support;
using ChunkUploader.Tests.Support.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;
using NUnit.Framework;

namespace ChunkUploader.Tests.Infrastructure.Storage;

/// <summary>Hashes what has arrived, for many uploads side by side.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class BackgroundHasherTests
{
    TempFolder Folder { get; } = new();

    FileSystemStore Store { get; }

    public BackgroundHasherTests() => Store = new FileSystemStore(new BlobPaths(Folder.Path), 0);

    [TearDown]
    public void DeleteFolder() => Folder.Dispose();

    [Test]
    public async Task Many_uploads_at_once_all_get_their_digests()
    {
        using var background = New(Store);
        await Task.WhenAll(Enumerable.Range(1, 24).Select(async seed =>
        {
            var bytes = Sample.Of((seed * 200_000) + seed, seed);
            using var digest = new ResumableHasher(Id<Blob>.New(), new BlockDigests());
            await WriteAsync(digest, bytes, 0);

            // Told again and again, as by chunks, while it is under way.
            for (var available = 100_000; available < bytes.Length; available += 100_000)
            {
                digest.Advance(available, bytes.Length);
                background.Follow(digest);
                await Task.Yield();
            }

            digest.Advance(bytes.Length, bytes.Length);
            background.Follow(digest);
            await digest.ReachedAsync(bytes.Length).WaitAsync(Until.Limit);
            Assert.That(digest.CurrentMd5(), Is.EqualTo(Sample.Md5Of(bytes)));
            Assert.That(digest.Blocks.First(Block.CountOf(bytes.Length)), Is.EqualTo(Sample.BlocksOf(bytes)));
            Assert.That(digest.Position, Is.EqualTo(bytes.Length));
        }));
    }

    [Test]
    public async Task Stops_at_a_gap_and_goes_on_when_it_is_filled()
    {
        var bytes = Sample.Of(3_000_000);
        using var background = New(Store);
        using var digest = new ResumableHasher(Id<Blob>.New(), new BlockDigests());
        await WriteAsync(digest, bytes[..1_000_000], 0);
        await WriteAsync(digest, bytes[2_000_000..], 2_000_000);
        digest.Advance(1_000_000, bytes.Length);
        background.Follow(digest);
        await digest.ReachedAsync(1_000_000).WaitAsync(Until.Limit);
        Assert.That((digest.Position, digest.Lag), Is.EqualTo((1_000_000L, 0L)));

        await WriteAsync(digest, bytes[1_000_000..2_000_000], 1_000_000);
        digest.Advance(3_000_000, bytes.Length);
        background.Follow(digest);
        await digest.ReachedAsync(3_000_000).WaitAsync(Until.Limit);
        Assert.That(digest.CurrentMd5(), Is.EqualTo(Sample.Md5Of(bytes)));
    }

    [Test]
    public async Task Reads_more_than_one_slice()
    {
        var bytes = Sample.Of(40 * Sample.MiB);
        using var background = New(Store);
        using var digest = new ResumableHasher(Id<Blob>.New(), new BlockDigests());
        await WriteAsync(digest, bytes, 0);
        digest.Advance(bytes.Length, bytes.Length);
        background.Follow(digest);
        await digest.ReachedAsync(bytes.Length).WaitAsync(Until.Limit);
        Assert.That(digest.CurrentMd5(), Is.EqualTo(Sample.Md5Of(bytes)));
    }

    [Test]
    public async Task Takes_turns_so_that_a_small_upload_does_not_wait_for_a_large_one()
    {
        // A large upload without an end: each slice makes the next one available.
        var store = new Mock<IPartStore>();
        using var large = new ResumableHasher(Id<Blob>.New(), new BlockDigests());
        using var small = new ResumableHasher(Id<Blob>.New(), new BlockDigests());
        var slice = new byte[Sample.MiB];
        SetUpRead(store, (blob, length, observe) =>
        {
            observe(Sample.Segments(slice[..(int)Math.Min(length, slice.Length)], 4096));
            if (blob == large.Blob)
            {
                large.Advance(large.Available + slice.Length, null);
            }
        });
        using (var background = New(store.Object))
        {
            large.Advance(slice.Length, null);
            background.Follow(large);
            small.Advance(10, 10);
            background.Follow(small);
            await small.ReachedAsync(10).WaitAsync(Until.Limit);
        }

        Assert.That(small.Position, Is.EqualTo(10));
    }

    [Test]
    public async Task Learns_the_size_while_it_is_at_work()
    {
        var bytes = Sample.Of(1000);
        using var inRead = new ManualResetEventSlim();
        using var mayRead = new ManualResetEventSlim();
        var store = new Mock<IPartStore>();
        var position = 0;
        SetUpRead(store, (_, length, observe) =>
        {
            inRead.Set();
            mayRead.Wait();
            observe(Sample.Segments(bytes[position..(position + (int)length)], 100));
            position += (int)length;
        });
        using var background = New(store.Object);
        using var digest = new ResumableHasher(Id<Blob>.New(), new BlockDigests());
        digest.Advance(600, null);
        background.Follow(digest);
        inRead.Wait();
        digest.Advance(1000, 1000);
        background.Follow(digest);
        mayRead.Set();
        await digest.ReachedAsync(1000).WaitAsync(Until.Limit);
        Assert.That(digest.Blocks[0], Is.EqualTo(Sample.Sha256Of(bytes)), "the last block ends where the file ends");
    }

    static BackgroundHasher New(IPartStore store) => new(store, NullLogger<BackgroundHasher>.Instance);

    Task<string> WriteAsync(ResumableHasher digest, byte[] bytes, long offset) =>
        Store.WriteChunkAsync(
            digest.Blob, new ChunkRange(0, offset, bytes.Length), Sample.Body(bytes), _ => { }, CancellationToken.None);

    static void SetUpRead(Mock<IPartStore> store, Action<Id<Blob>, long, Action<ReadOnlySequence<byte>>> read) =>
        store.Setup(s => s.ReadAsync(
                It.IsAny<Id<Blob>>(),
                It.IsAny<long>(),
                It.IsAny<long>(),
                It.IsAny<Action<ReadOnlySequence<byte>>>(),
                It.IsAny<CancellationToken>()))
            .Returns(
                (Id<Blob> blob, long _, long length, Action<ReadOnlySequence<byte>> observe, CancellationToken _) =>
                {
                    read(blob, length, observe);
                    return Task.CompletedTask;
                });

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(7)]
    [TestCase(16)]
    [TestCase(17)]
    [TestCase(40)]
    public async Task Parts_that_grow_while_they_are_hashed_side_by_side_all_get_their_digests(int parts)
    {
        using var background = New(Store);
        await Task.WhenAll(Enumerable.Range(1, parts).Select(async seed =>
        {
            var random = new Random(seed);
            var bytes = Sample.Of(random.Next(6 * Sample.MiB), seed);
            using var digest = new ResumableHasher(Id<Blob>.New(), new BlockDigests());
            for (var written = 0; written < bytes.Length;)
            {
                var length = Math.Min(bytes.Length - written, 1 + random.Next(2 * Sample.MiB));
                await WriteAsync(digest, bytes[written..(written + length)], written);
                written += length;
                digest.Advance(written, bytes.Length);
                background.Follow(digest);
                await Task.Yield();
            }

            await digest.ReachedAsync(bytes.Length).WaitAsync(Until.Limit);
            Assert.That(digest.CurrentMd5(), Is.EqualTo(Sample.Md5Of(bytes)));
            Assert.That(digest.Blocks.First(Block.CountOf(bytes.Length)), Is.EqualTo(Sample.BlocksOf(bytes)));
        }));
    }

    [Test]
    public async Task A_part_that_cannot_be_read_does_not_hurt_those_beside_it()
    {
        using var first = new ManualResetEventSlim();
        var bytes = Sample.Of(1000);
        var digests = Enumerable.Range(0, 5)
            .Select(_ => new ResumableHasher(Id<Blob>.New(), new BlockDigests()))
            .ToArray();
        var store = new Mock<IPartStore>();
        SetUpRead(store, (blob, length, observe) =>
        {
            first.Wait(); // so that the others are all there, and are taken together
            if (blob == digests[2].Blob)
            {
                throw new IOException("Input/output error");
            }

            observe(Sample.Segments(bytes[..(int)length], 100));
        });
        using (var background = New(store.Object))
        {
            foreach (var digest in digests)
            {
                digest.Advance(bytes.Length, bytes.Length);
                background.Follow(digest);
            }

            first.Set();
            foreach (var digest in digests)
            {
                var reached = digest.ReachedAsync(bytes.Length).WaitAsync(Until.Limit);
                if (digest == digests[2])
                {
                    await Assert.ThrowsAsync<IOException>(() => reached);
                }
                else
                {
                    await reached;
                    Assert.That(digest.CurrentMd5(), Is.EqualTo(Sample.Md5Of(bytes)));
                }
            }
        }

        Array.ForEach(digests, digest => digest.Dispose());
    }

    [Test]
    public async Task A_failing_disk_is_told_to_who_waits_and_tried_again_when_asked()
    {
        var bytes = Sample.Of(1000);
        var isBroken = true;
        var store = new Mock<IPartStore>();
        SetUpRead(store, (_, _, observe) =>
        {
            observe(Sample.Segments(isBroken ? bytes[..400] : bytes[400..], 100));
            if (isBroken)
            {
                throw new IOException("Input/output error");
            }
        });
        using var background = New(store.Object);
        using var digest = new ResumableHasher(Id<Blob>.New(), new BlockDigests());
        using var other = new ResumableHasher(Id<Blob>.New(), new BlockDigests());
        var waiting = digest.ReachedAsync(1000);
        digest.Advance(1000, 1000);
        background.Follow(digest);
        await Assert.ThrowsAsync<IOException>(() => waiting.WaitAsync(Until.Limit));
        await Assert.ThrowsAsync<IOException>(() => digest.ReachedAsync(1000));

        isBroken = false;
        digest.Retry();
        digest.Advance(1000, 1000);

        // It may be seen as still in work for a moment, then it is taken up by the work itself.
        background.Follow(digest);
        await digest.ReachedAsync(1000).WaitAsync(Until.Limit);
        Assert.That(digest.CurrentMd5(), Is.EqualTo(Sample.Md5Of(bytes)));
        Assert.That(digest.Blocks[0], Is.EqualTo(Sample.Sha256Of(bytes)));
    }

    [Test]
    public async Task A_digest_that_is_disposed_meanwhile_does_no_harm()
    {
        using var background = New(Store);
        var bytes = Sample.Of(100_000);
        for (var round = 0; round < 50; round++)
        {
            var digest = new ResumableHasher(Id<Blob>.New(), new BlockDigests());
            await WriteAsync(digest, bytes, 0);
            digest.Advance(bytes.Length, bytes.Length);
            background.Follow(digest);
            digest.Dispose();
        }

        using var last = new ResumableHasher(Id<Blob>.New(), new BlockDigests());
        await WriteAsync(last, bytes, 0);
        last.Advance(bytes.Length, bytes.Length);
        background.Follow(last);
        await last.ReachedAsync(bytes.Length).WaitAsync(Until.Limit);
    }

    [Test]
    public void Nothing_is_begun_after_it_was_disposed()
    {
        var background = New(Store);
        background.Dispose();
        using var digest = new ResumableHasher(Id<Blob>.New(), new BlockDigests());
        digest.Advance(10, 10);
        background.Follow(digest);
        Assert.That(digest.Position, Is.Zero);
    }
}
