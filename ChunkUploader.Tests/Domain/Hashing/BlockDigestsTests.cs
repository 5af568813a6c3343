using ChunkUploader.Domain.Hashing;
using ChunkUploader.Tests.Support.Core;
using FsCheck.Fluent;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Hashing;

/// <summary>Which digests of a chunk's pieces are digests of the file's blocks.</summary>
[TestFixture]
public class BlockDigestsTests
{
    static readonly Sha256Digest[] Digests = [.. Enumerable.Range(1, 8).Select(n => Sample.Sha256Of([(byte)n]))];

    [Test]
    public void A_block_that_was_not_set_is_not_known()
    {
        var blocks = new BlockDigests();
        blocks.Set(5, Digests[0]);
        Assert.That((blocks[4], blocks[5], blocks[6]),
            Is.EqualTo(((Sha256Digest?)null, Digests[0], (Sha256Digest?)null)));
    }

    [Test]
    public void Gives_the_first_ones_only_when_all_are_known()
    {
        var blocks = new BlockDigests();
        blocks.Set(0, Digests[0]);
        blocks.Set(2, Digests[2]);
        Assert.Throws<InvalidOperationException>(() => blocks.First(3));
        Assert.Throws<InvalidOperationException>(() => blocks.First(9));
        blocks.Set(1, Digests[1]);
        Assert.That(blocks.First(3), Is.EqualTo(Digests[..3]));
        Assert.That(blocks.First(0), Is.Empty);
    }

    /// <summary>A chunk's pieces, cut as its receiver hashes them, fill in just the blocks that the chunk holds whole.
    /// </summary>
    [Test]
    public void Takes_whole_blocks_and_the_files_last_one_from_a_chunk() =>
        Chance.Check(
            from offset in Chance.Between(0L, 40).Select(n => n * Sample.MiB)
            from length in Chance.Between(1L, 20 * Sample.MiB)
            from after in Chance.Between(0L, 10L)
            from isSizeKnown in Gen.Elements(true, false)
            select (offset, length, Size: isSizeKnown ? offset + length + after : (long?)null),
            sample =>
            {
                var (offset, length, size) = sample;
                var pieces = Digests[..Block.CountOf(length)];
                var blocks = new BlockDigests();
                blocks.SetFromChunk(offset, length, pieces, size);
                for (var block = 0; block < 20; block++)
                {
                    var (start, end) = (block * (4L * Sample.MiB), (block + 1) * (4L * Sample.MiB));
                    var isWhole = start >= offset && (end <= offset + length || offset + length == size)
                        && start < offset + length;
                    var isPiece = offset % (4 * Sample.MiB) == 0;
                    var expected = isWhole && isPiece
                        ? pieces[(int)((start - offset) / (4 * Sample.MiB))]
                        : (Sha256Digest?)null;
                    Assert.That(blocks[block], Is.EqualTo(expected), $"block {block}");
                }
            },
            tests: 500);

    [Test]
    public void A_chunk_whose_digests_were_not_made_tells_nothing()
    {
        var blocks = new BlockDigests();
        blocks.SetFromChunk(0, 8 * Sample.MiB, [], 8 * Sample.MiB);
        Assert.That((blocks[0], blocks[1]), Is.EqualTo(((Sha256Digest?)null, (Sha256Digest?)null)));
    }

    [Test]
    public void Knows_every_block_of_the_largest_file()
    {
        var count = Block.CountOf(1L << 44);
        var blocks = new BlockDigests();
        for (var block = 0; block < 100_000; block++)
        {
            blocks.Set(block, Digests[block % 8]);
        }

        blocks.Set(count - 1, Digests[7]);
        Assert.That((count, blocks[count - 1], blocks[99_999]), Is.EqualTo((1 << 22, Digests[7], Digests[7])));
        Assert.That(Block.LengthOf(count - 1, (1L << 44) - 5), Is.EqualTo((4 * Sample.MiB) - 5));
    }

    [Test]
    public void The_last_block_of_a_large_file_takes_no_memory_for_those_before_it()
    {
        var last = Block.CountOf(1L << 44) - 1;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var blocks = new BlockDigests();
        blocks.Set(last, Digests[0]);
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That(bytes, Is.LessThan(8 * 1024));
        Assert.That((blocks[last], blocks.HasFirst(1)), Is.EqualTo((Digests[0], false)));
    }

    [Test]
    public void Several_threads_may_set_different_blocks()
    {
        var blocks = new BlockDigests();
        Parallel.For(0, 20_000, block => blocks.Set(block, Digests[block % 8]));
        Assert.That(blocks.First(20_000), Is.EqualTo(Enumerable.Range(0, 20_000).Select(block => Digests[block % 8])));
    }
}
