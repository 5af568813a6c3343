using ChunkUploader.Domain;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Tests.Support.Core;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Chunks;

/// <summary>A plan that knows everything cuts a file without a gap and without an overlap.</summary>
[TestFixture]
public class ClosedChunkPlanTests
{
    /// <summary>Every size up to 16 TiB in up to a million chunks, by both tail rules.</summary>
    static Gen<ChunkPlan> Plans { get; } =
        from size in Chance.Between(1, ChunkPlan.MaxSize)
        from count in Chance.Between(1, ChunkPlan.MaxChunks)
        from tail in Gen.Elements(TailRule.Short, TailRule.Long)
        select ChunkPlan.For(size, Math.Max(1, (size + count - 1) / count), tail);

    [Test]
    public void Small_plans_cover_the_file_chunk_by_chunk() =>
        Chance.Check(
            from size in Chance.Between(0L, 300)
            from chunkSize in Chance.Between(1L, 70)
            from tail in Gen.Elements(TailRule.Short, TailRule.Long)
            select ChunkPlan.For(size, chunkSize, tail),
            plan =>
            {
                var position = 0L;
                for (var index = 0; index < plan.Count; index++)
                {
                    Assert.That(plan[index], Is.EqualTo(new ChunkRange(index, position, plan[index].Length)));
                    Assert.That(plan[index].Length, Is.GreaterThan(0));
                    position = plan[index].End;
                }

                Assert.That(position, Is.EqualTo(plan.Size));
            },
            tests: 1000);

    [Test]
    public void Neighbours_meet_up_to_16_TiB_and_a_million_chunks() =>
        Chance.Check(
            from plan in Plans
            from index in Chance.Between(0, plan.Count!.Value - 1)
            select (plan, index),
            sample =>
            {
                var (plan, index) = sample;
                var end = index + 1 < plan.Count ? plan[index + 1].Offset : plan.Size!.Value;
                Assert.That(plan[index].End, Is.EqualTo(end));
                Assert.That(plan[index].Offset, Is.EqualTo(checked(index * plan.ChunkSize!.Value)));
                Assert.That(plan[0].Offset, Is.Zero);
            },
            tests: 2000);

    [Test]
    public void All_chunks_but_the_last_have_the_chunk_size() =>
        Chance.Check(
            from plan in Plans.Where(plan => plan.Count > 1)
            from index in Chance.Between(0, plan.Count!.Value - 2)
            select (plan, index),
            sample => Assert.That(sample.plan[sample.index].Length, Is.EqualTo(sample.plan.ChunkSize)));

    [Test]
    public void The_tail_is_shorter_than_a_chunk_or_joined_to_the_last_whole_one() =>
        Chance.Check(Plans, plan =>
        {
            var (size, chunkSize) = (plan.Size!.Value, plan.ChunkSize!.Value);
            var rest = size % chunkSize;
            var isJoined = plan.Tail == TailRule.Long && size >= chunkSize;
            var expected = rest == 0 ? chunkSize : isJoined ? chunkSize + rest : rest;
            Assert.That(plan[plan.Count!.Value - 1].Length, Is.EqualTo(expected));
        });

    [Test]
    public void The_two_rules_differ_by_one_chunk_where_there_is_a_rest(
        [Values(1, 99, 100, 101, 199, 200, 250)] int size)
    {
        var (joined, apart) = (ChunkPlan.For(size, 100, TailRule.Long), ChunkPlan.For(size, 100));
        Assert.That(apart.Count - joined.Count, Is.EqualTo(size > 100 && size % 100 > 0 ? 1 : 0));
    }

    [Test]
    public void An_empty_file_has_no_chunks_but_one_place_for_an_empty_one()
    {
        var plan = ChunkPlan.For(0, 100);
        Assert.That((plan.Count, plan.IsOpen, plan[0]), Is.EqualTo((0, false, new ChunkRange(0, 0, 0))));
        Refusal.Of(UploadErrorCode.ChunkOutOfRange, () => plan.Locate(1));
    }

    [TestCase(-1)]
    [TestCase(3)]
    [TestCase(int.MaxValue)]
    [TestCase(int.MinValue)]
    public void Refuses_an_index_that_no_chunk_has(int index) =>
        Refusal.Of(UploadErrorCode.ChunkOutOfRange, () => ChunkPlan.For(300, 100).Locate(index));

    [TestCase(-1, 100, UploadErrorCode.InvalidInput)]
    [TestCase(long.MinValue, 100, UploadErrorCode.InvalidInput)]
    [TestCase(100, 0, UploadErrorCode.InvalidInput)]
    [TestCase(100, -1, UploadErrorCode.InvalidInput)]
    [TestCase(1_000_001, 1, UploadErrorCode.InvalidInput)]
    [TestCase(ChunkPlan.MaxSize, 1, UploadErrorCode.InvalidInput)]
    [TestCase(ChunkPlan.MaxSize + 1, 1L << 40, UploadErrorCode.FileTooLarge)]
    [TestCase(long.MaxValue, long.MaxValue, UploadErrorCode.FileTooLarge)]
    public void Refuses_sizes_that_no_plan_can_have(long size, long chunkSize, UploadErrorCode code) =>
        Refusal.Of(code, () => ChunkPlan.For(size, chunkSize));

    [Test]
    public void Takes_the_largest_file_in_the_most_chunks()
    {
        var plan = ChunkPlan.For(ChunkPlan.MaxSize, (ChunkPlan.MaxSize / ChunkPlan.MaxChunks) + 1);
        Assert.That(plan.Count, Is.LessThanOrEqualTo(ChunkPlan.MaxChunks));
        Assert.That(plan[plan.Count!.Value - 1].End, Is.EqualTo(1L << 44));
        Assert.That(ChunkPlan.For(1_000_000, 1).Count, Is.EqualTo(1_000_000));
        Assert.That(ChunkPlan.For(1_000_001, 2, TailRule.Long).Count, Is.EqualTo(500_000));
    }

    [Test]
    public void Finds_the_chunks_that_hold_a_range() =>
        Chance.Check(
            from size in Chance.Between(1L, 300)
            from chunkSize in Chance.Between(1L, 70)
            from tail in Gen.Elements(TailRule.Short, TailRule.Long)
            from offset in Chance.Between(0, size - 1)
            from end in Chance.Between(offset + 1, size)
            select (Plan: ChunkPlan.For(size, chunkSize, tail), offset, end),
            sample =>
            {
                var (plan, offset, end) = sample;
                var holding = Enumerable.Range(0, plan.Count!.Value)
                    .Where(index => plan[index].Offset < end && plan[index].End > offset)
                    .ToList();
                Assert.That(plan.Covering(offset, end), Is.EqualTo(new IndexRange(holding[0], holding[^1])));
            },
            tests: 1000);
}
