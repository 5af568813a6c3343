using ChunkUploader.Domain;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Tests.Support.Core;
using FsCheck.Fluent;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Chunks;

/// <summary>The chunk size that a wish becomes.</summary>
[TestFixture]
public class ChunkSizeTests
{
    const long KiB = 1024;
    const long MiB = 1024 * KiB;

    static readonly UploadPolicy Policy = new();

    [Test]
    public void Is_a_power_of_two_up_to_4_MiB_or_a_multiple_of_4_MiB_up_to_64() =>
        Chance.Check(
            from size in Chance.Between(0L, ChunkPlan.MaxSize)
            from wish in Chance.Between(1L, 200 * MiB)
            select (size, wish),
            sample =>
            {
                var chunkSize = Policy.ChunkSizeFor(sample.size, sample.wish);
                Assert.That(chunkSize, Is.InRange(256 * KiB, 64 * MiB));
                Assert.That(chunkSize % (4 * MiB) == 0 || (chunkSize < 4 * MiB && long.PopCount(chunkSize) == 1));
            },
            tests: 1000);

    [Test]
    public void Is_the_wish_rounded_down_as_long_as_the_plan_holds_it() =>
        Chance.Check(
            from size in Chance.Between(0L, ChunkPlan.MaxSize)
            from wish in Chance.Between(256 * KiB, 64 * MiB)
            select (size, wish),
            sample =>
            {
                var (size, wish) = sample;
                var chunkSize = Policy.ChunkSizeFor(size, wish);
                var rounded = wish < 4 * MiB
                    ? (long)Math.Pow(2, Math.Floor(Math.Log2(wish)))
                    : wish - (wish % (4 * MiB));
                Assert.That(ChunkPlan.For(size, chunkSize).Count, Is.LessThanOrEqualTo(ChunkPlan.MaxChunks));
                Assert.That(chunkSize, ChunkPlan.MaxChunks * rounded >= size
                    ? Is.EqualTo(rounded)
                    : Is.GreaterThan(rounded));
            },
            tests: 1000);

    [TestCase(0, 1, 256 * KiB)]
    [TestCase(0, (256 * KiB) - 1, 256 * KiB)]
    [TestCase(0, 1_000_000, 512 * KiB)]
    [TestCase(0, (4 * MiB) - 1, 2 * MiB)]
    [TestCase(0, 10 * MiB, 8 * MiB)]
    [TestCase(0, long.MaxValue, 64 * MiB)]
    [TestCase(1_000_000 * 256 * KiB, 1, 256 * KiB)]
    [TestCase((1_000_000 * 256 * KiB) + 1, 1, 512 * KiB)]
    [TestCase(ChunkPlan.MaxSize, 1, 32 * MiB)]
    [TestCase(ChunkPlan.MaxSize, 12 * MiB, 24 * MiB)]
    public void Is_known_for(long size, long wish, long expected) =>
        Assert.That(Policy.ChunkSizeFor(size, wish), Is.EqualTo(expected));

    [TestCase(256 * KiB, 4 * MiB)]
    [TestCase(6 * MiB, 4 * MiB)]
    [TestCase(9 * MiB, 8 * MiB)]
    public void Is_not_less_than_what_the_store_wants(long wish, long expected)
    {
        var policy = new UploadPolicy { MinChunkSize = 4 * MiB };
        Assert.That(policy.ChunkSizeFor(100 * MiB, wish), Is.EqualTo(expected));
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(long.MinValue)]
    public void Is_refused(long wish) =>
        Refusal.Of(UploadErrorCode.InvalidInput, () => Policy.ChunkSizeFor(10, wish));

    [Test]
    public void A_file_over_the_limit_is_refused()
    {
        var policy = new UploadPolicy { MaxFileSize = 100 };
        policy.EnsureAllowed(100);
        Refusal.Of(UploadErrorCode.FileTooLarge, () => policy.EnsureAllowed(101));
    }
}
