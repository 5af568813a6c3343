using System.Buffers;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Hashing;

/// <summary>What is saved of a digest, and what goes on from it.</summary>
[TestFixture]
public class DigestProgressTests
{
    const int Block = 4 * Sample.MiB;

    static readonly byte[] Bytes = Sample.Of((17 * Sample.MiB) + 77);
    static readonly Sha256Digest[] Blocks = Sample.BlocksOf(Bytes);

    [Test]
    public void There_is_something_new_to_save_whenever_a_block_has_ended()
    {
        using var digest = New(new BlockDigests());
        Append(digest, Block - 1);
        Assert.That(digest.ProgressSince(0), Is.Null);

        Append(digest, 1);
        var first = digest.ProgressSince(0)!;
        Assert.That(first.Position, Is.EqualTo(Block));
        Assert.That(first.Blocks, Is.EqualTo(new[] { (0, Blocks[0]) }));
        Assert.That(digest.ProgressSince(Block), Is.Null);

        Append(digest, (2 * Block) + 5);
        var second = digest.ProgressSince(Block)!;
        Assert.That(second.Position, Is.EqualTo(3L * Block));
        Assert.That(second.Blocks, Is.EqualTo(new[] { (1, Blocks[1]), (2, Blocks[2]) }));

        Append(digest, Bytes.Length - (3 * Block) - 5);
        Assert.That(digest.ProgressSince(second.Position)!.Blocks, Is.EqualTo(new[] { (3, Blocks[3]) }),
            "the rest of the file is not a whole block");
    }

    [Test]
    public void What_could_not_be_saved_is_offered_again()
    {
        using var digest = New(new BlockDigests());
        Append(digest, Block);
        _ = digest.ProgressSince(0);
        Append(digest, Block);
        Assert.That(digest.ProgressSince(0)!.Blocks, Is.EqualTo(new[] { (0, Blocks[0]), (1, Blocks[1]) }));
    }

    [Test]
    public void The_blocks_that_came_with_a_digest_are_not_saved_again()
    {
        var blocks = new BlockDigests();
        blocks.Set(0, Blocks[0]);
        blocks.Set(2, Blocks[2]);
        using var digest = New(blocks);
        Append(digest, 4 * Block);
        Assert.That(digest.ProgressSince(0)!.Blocks, Is.EqualTo(new[] { (1, Blocks[1]), (3, Blocks[3]) }));
    }

    [Test]
    public void Interrupted_anywhere_it_goes_on_from_what_was_saved_and_reads_nothing_before() =>
        Chance.Check(
            Chance.Sources,
            source =>
            {
                // What is at rest: the digests that came with chunks, and the digest's own progress.
                var random = source.Random;
                var rows = Enumerable.Range(0, Blocks.Length).Where(_ => random.Next(2) == 0).ToHashSet();
                var saved = new Dictionary<int, Sha256Digest>();
                Md5State? start = null;
                var digest = New(AtRest(rows, saved));
                while (digest.Position < Bytes.Length)
                {
                    Append(digest, (int)Math.Min(Bytes.Length - digest.Position, random.Next(3 * Block)));
                    if (random.Next(2) == 0 && digest.ProgressSince(start?.Length ?? 0) is { } progress)
                    {
                        start = new Md5State(progress.Position, progress.Md5.ToBytes());
                        progress.Blocks.ToList().ForEach(block => saved.Add(block.Block, block.Digest));
                    }

                    if (random.Next(2) == 0)
                    {
                        digest.Dispose();
                        digest = New(AtRest(rows, saved), start);
                        var position = start?.Length ?? 0;
                        Assert.That((digest.Position, digest.Available), Is.EqualTo((position, position)));
                    }
                }

                Assert.That(digest.CurrentMd5(), Is.EqualTo(Sample.Md5Of(Bytes)));
                Assert.That(digest.Blocks.First(Blocks.Length), Is.EqualTo(Blocks));
                digest.Dispose();
            },
            tests: 15);

    [Test]
    public void Without_a_digest_for_every_block_before_it_all_is_done_anew()
    {
        using var before = New(new BlockDigests());
        Append(before, 2 * Block);
        var start = before.ProgressSince(0)!.Md5;

        var blocks = new BlockDigests();
        blocks.Set(1, Blocks[1]);
        using var digest = New(blocks, start);
        Assert.That(digest.Position, Is.Zero);
        Append(digest, Bytes.Length);
        Assert.That(digest.CurrentMd5(), Is.EqualTo(Sample.Md5Of(Bytes)));
        Assert.That(digest.Blocks.First(Blocks.Length), Is.EqualTo(Blocks));
    }

    [Test]
    public void Starts_only_where_a_block_ends()
    {
        var blocks = new BlockDigests();
        blocks.Set(0, Blocks[0]);
        Assert.Throws<ArgumentOutOfRangeException>(
            () => New(blocks, new Md5State(64, Md5State.Empty.ToBytes())).Dispose());
    }

    [Test]
    public void The_last_block_ends_though_the_size_is_learned_after_its_bytes()
    {
        using var digest = new ResumableHasher(Id<Blob>.New(), new BlockDigests());
        digest.Advance(1000, null);
        digest.Append(new ReadOnlySequence<byte>(Bytes, 0, 1000));
        Assert.That(digest.Blocks[0], Is.Null);
        digest.Advance(1000, 1000);
        Assert.That(digest.Blocks[0], Is.EqualTo(Sample.Sha256Of(Bytes[..1000])));
    }

    static BlockDigests AtRest(HashSet<int> rows, Dictionary<int, Sha256Digest> saved)
    {
        var blocks = new BlockDigests();
        foreach (var block in rows.Concat(saved.Keys))
        {
            blocks.Set(block, Blocks[block]);
        }

        return blocks;
    }

    static ResumableHasher New(BlockDigests blocks, Md5State? start = null)
    {
        var digest = new ResumableHasher(Id<Blob>.New(), blocks, start);
        digest.Advance(0, Bytes.Length);
        return digest;
    }

    static void Append(ResumableHasher digest, int length) =>
        digest.Append(new ReadOnlySequence<byte>(Bytes, (int)digest.Position, length));
}
