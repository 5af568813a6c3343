using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Tests.Support.Core;
using Moq;
using NUnit.Framework;

namespace ChunkUploader.Tests.Infrastructure.Storage;

public partial class BackgroundHasherTests
{
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(7)]
    [TestCase(16)]
    [TestCase(17)]
    [TestCase(40)]
    public async Task Parts_that_grow_while_they_are_hashed_side_by_side_all_get_their_digests(int parts)
    {
        using var follower = New(Store);
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
                follower.Follow(digest);
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
        var store = new Mock<IBlobStore>();
        SetUpRead(store, (blob, length, observe) =>
        {
            first.Wait(); // so that the others are all there, and are taken together
            if (blob == digests[2].Blob)
            {
                throw new IOException("Input/output error");
            }

            observe(Sample.Segments(bytes[..(int)length], 100));
        });
        using (var follower = New(store.Object))
        {
            foreach (var digest in digests)
            {
                digest.Advance(bytes.Length, bytes.Length);
                follower.Follow(digest);
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
}
