using ChunkUploader.Domain;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Tests.Support.Core;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Chunks;

/// <summary>A plan that does not know everything yet learns it from the chunks, in whatever order they come.</summary>
[TestFixture]
public class OpenChunkPlanTests
{
    static Gen<ChunkPlan> Plans { get; } =
        from size in Chance.Between(1L, 120)
        from chunkSize in Chance.Between(1L, 50)
        select ChunkPlan.For(size, chunkSize);

    [Test]
    public void Becomes_the_plan_whatever_is_known_and_in_whatever_order_the_chunks_come() =>
        Chance.Check(
            from plan in Plans
            from known in Gen.Choose(0, 2)
            from order in Gen.Shuffle(Enumerable.Range(0, plan.Count!.Value))
            select (plan, known, order),
            sample =>
            {
                var (plan, known, order) = sample;
                var learning = known switch
                {
                    0 => ChunkPlan.Open(count: plan.Count),
                    1 => ChunkPlan.Open(size: plan.Size),
                    _ => ChunkPlan.Open(size: plan.Size, count: plan.Count),
                };

                // What could not be placed yet is sent again: twice is enough.
                foreach (var index in order.Concat(order))
                {
                    learning = learning.Learn(index, plan[index].Length);
                }

                Assert.That(learning.IsOpen, Is.False);
                Assert.That((learning.Size, learning.Count), Is.EqualTo((plan.Size, plan.Count)));
                foreach (var index in order)
                {
                    Assert.That(learning[index], Is.EqualTo(plan[index]));
                }
            },
            tests: 1000);

    [Test]
    public void Never_places_a_chunk_wrongly_on_the_way() =>
        Chance.Check(
            from plan in Plans
            from order in Gen.Shuffle(Enumerable.Range(0, plan.Count!.Value))
            select (plan, order),
            sample =>
            {
                var (plan, order) = sample;
                var learning = ChunkPlan.Open(count: plan.Count);
                foreach (var index in order)
                {
                    learning = learning.Learn(index, plan[index].Length);
                    Assert.That(order.Select(learning.Locate), Is.All.Null.Or.Matches<ChunkRange>(
                        range => range == plan[range.Index]));
                }
            });

    [Test]
    public void Refuses_a_length_that_cannot_be() =>
        Chance.Check(
            from plan in Plans.Where(plan => plan.Count > 2)
            from first in Chance.Between(0, plan.Count!.Value - 2)
            from wrong in Chance.Between(plan.ChunkSize!.Value + 1, ChunkPlan.MaxSize)
            select (plan, first, wrong),
            sample =>
            {
                var (plan, first, wrong) = sample;
                var last = plan.Count!.Value - 1;
                var learned = ChunkPlan.Open(count: plan.Count).Learn(first, plan.ChunkSize!.Value);
                Refusal.Of(UploadErrorCode.ChunkLengthMismatch, () => learned.Learn(last, wrong));
                Refusal.Of(UploadErrorCode.ChunkLengthMismatch, () => learned.Learn(last, 0));
                Refusal.Of(UploadErrorCode.ChunkLengthMismatch, () => learned.Learn(last, -1));
            });

    [Test]
    public void Refuses_a_chunk_size_that_gives_another_number_of_chunks()
    {
        Refusal.Of(UploadErrorCode.ChunkLengthMismatch, () => ChunkPlan.Open(size: 300, count: 3).Learn(0, 99));
        Refusal.Of(UploadErrorCode.ChunkLengthMismatch, () => ChunkPlan.Open(size: 300, count: 3).Learn(1, 300));
        Refusal.Of(UploadErrorCode.ChunkLengthMismatch, () => ChunkPlan.Open(size: 300, chunkSize: 100, count: 4));
        Refusal.Of(UploadErrorCode.ChunkOutOfRange, () => ChunkPlan.Open(size: 300, count: 3).Learn(3, 100));
        Refusal.Of(UploadErrorCode.ChunkOutOfRange, () => ChunkPlan.Open(size: 300, count: 3).Learn(-1, 100));
    }

    [Test]
    public void The_last_chunk_tells_the_chunk_size_where_the_files_size_is_known()
    {
        var plan = ChunkPlan.Open(size: 250, count: 3).Learn(2, 50);
        Assert.That((plan.ChunkSize, plan.IsOpen), Is.EqualTo((100L, false)));
        Refusal.Of(UploadErrorCode.ChunkLengthMismatch, () => ChunkPlan.Open(size: 250, count: 3).Learn(2, 51));
        Refusal.Of(UploadErrorCode.ChunkLengthMismatch, () => ChunkPlan.Open(size: 250, count: 3).Learn(2, 150));
        Refusal.Of(UploadErrorCode.ChunkLengthMismatch, () => ChunkPlan.Open(size: 250, count: 3).Learn(2, 0));
    }

    [Test]
    public void A_single_chunk_is_the_whole_file()
    {
        Assert.That(ChunkPlan.Open(count: 1).Learn(0, 70)[0], Is.EqualTo(new ChunkRange(0, 0, 70)));
        Assert.That(ChunkPlan.Open(size: 70).Learn(0, 70)[0], Is.EqualTo(new ChunkRange(0, 0, 70)));
        Assert.That(ChunkPlan.Open(chunkSize: 100, count: 1).Learn(0, 70)[0], Is.EqualTo(new ChunkRange(0, 0, 70)));
        Refusal.Of(UploadErrorCode.ChunkLengthMismatch, () => ChunkPlan.Open(size: 70).Learn(0, 71));
        Refusal.Of(UploadErrorCode.ChunkLengthMismatch, () => ChunkPlan.Open(size: 70, count: 1).Learn(0, 69));
        Refusal.Of(UploadErrorCode.ChunkLengthMismatch, () => ChunkPlan.Open(chunkSize: 60, count: 1).Learn(0, 61));
    }

    [Test]
    public void An_empty_single_chunk_is_an_empty_file()
    {
        var plan = ChunkPlan.Open(count: 1).Learn(0, 0);
        Assert.That((plan.Size, plan.Count, plan.IsOpen), Is.EqualTo((0L, 0, false)));
    }

    [Test]
    public void A_chunk_whose_place_is_known_teaches_nothing()
    {
        var plan = ChunkPlan.Open(count: 3).Learn(1, 100);
        Assert.That(plan.Learn(0, 55), Is.SameAs(plan), "its length is compared when it is written");
    }

    [Test]
    public void The_chunk_size_that_was_said_is_not_replaced_by_a_chunk()
    {
        var plan = ChunkPlan.Open(chunkSize: 100);
        Refusal.Of(UploadErrorCode.ChunkLengthMismatch, () => plan.Learn(0, 101));
        Assert.That(plan.Learn(0, 100).ChunkSize, Is.EqualTo(100));
        Assert.That(plan.Learn(0, 70).ChunkSize, Is.EqualTo(100), "a file shorter than a chunk");
    }

    [Test]
    public void Refuses_chunks_that_would_lie_beyond_the_largest_file()
    {
        Refusal.Of(UploadErrorCode.FileTooLarge, () => ChunkPlan.Open(chunkSize: 1L << 62, count: 5));
        Refusal.Of(UploadErrorCode.FileTooLarge, () => ChunkPlan.Open(count: 5).Learn(0, 1L << 62));
        Refusal.Of(UploadErrorCode.FileTooLarge, () => ChunkPlan.Open(count: 1_000_000).Learn(3, 1L << 25));
        var largest = ChunkPlan.Open(chunkSize: 1L << 43, count: 3);
        Assert.That(largest[1], Is.EqualTo(new ChunkRange(1, 1L << 43, 1L << 43)));
        Refusal.Of(UploadErrorCode.FileTooLarge, () => largest.Learn(2, 1));
    }

    [TestCase(-1L, null, null)]
    [TestCase(null, 0L, null)]
    [TestCase(null, -1L, null)]
    [TestCase(null, null, 0)]
    [TestCase(null, null, -1)]
    [TestCase(null, null, 1_000_001)]
    [TestCase(10_000_000L, 1L, null)]
    public void Refuses_what_makes_no_sense(long? size, long? chunkSize, int? count) =>
        Refusal.Of(UploadErrorCode.InvalidInput, () => ChunkPlan.Open(size, chunkSize, count));

    [Test]
    public void The_place_of_a_chunk_is_unknown_until_then()
    {
        var plan = ChunkPlan.Open(count: 3);
        Assert.That(plan.Locate(2), Is.Null);
        Assert.Throws<InvalidOperationException>(() => _ = plan[2]);
    }
}
