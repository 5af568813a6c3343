using ChunkUploader.Domain.Hashing;
using ChunkUploader.Tests.Support.Core;
using FsCheck.Fluent;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Hashing;

/// <summary>Blocks have the same digests however the bytes come.</summary>
[TestFixture]
public class BlockHasherTests
{
    [Test]
    public void Makes_the_same_digests_of_any_runs() =>
        Chance.Check(
            from length in Chance.Between(0, 2000)
            from blockLength in Chance.Between(1, 700)
            from source in Chance.Sources
            select (length, blockLength, source),
            sample =>
            {
                var bytes = Sample.Of(sample.length);
                using var hasher = new BlockHasher(sample.blockLength);
                for (var position = 0; position < bytes.Length;)
                {
                    var run = Math.Min(sample.source.Random.Next(0, 400), bytes.Length - position);
                    hasher.Append(bytes.AsSpan(position, run));
                    position += run;
                }

                Assert.That(hasher.Finish(), Is.EqualTo(bytes.Chunk(sample.blockLength).Select(Sample.Sha256Of)));
            });

    [Test]
    public void A_piece_is_a_block_unless_something_else_is_said()
    {
        var bytes = Sample.Of((9 * Sample.MiB) + 3);
        using var hasher = new BlockHasher();
        hasher.Append(Sample.Segments(bytes, 1_000_003));
        Assert.That(hasher.Finish(), Is.EqualTo(Sample.BlocksOf(bytes)).And.Length.EqualTo(3));
    }

    [Test]
    public void Has_one_digest_of_everything_where_the_piece_has_no_end()
    {
        var bytes = Sample.Of(5 * Sample.MiB);
        using var hasher = new BlockHasher(long.MaxValue);
        hasher.Append(bytes);
        Assert.That(hasher.Finish(), Is.EqualTo(new[] { Sample.Sha256Of(bytes) }));
    }

    [Test]
    public void Starts_anew_after_it_has_finished()
    {
        using var hasher = new BlockHasher(10);
        hasher.Append(Sample.Of(25));
        hasher.Finish();
        hasher.Append(Sample.Of(7, seed: 2));
        Assert.That(hasher.Finish(), Is.EqualTo(new[] { Sample.Sha256Of(Sample.Of(7, seed: 2)) }));
        Assert.That(hasher.Finish(), Is.Empty);
    }
}
