using ChunkUploader.Domain.Chunks;
using ChunkUploader.Tests.Support.Core;
using FsCheck.Fluent;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Chunks;

/// <summary>The map says the same as a set of numbers would.</summary>
[TestFixture]
public class ChunkMapTests
{
    [Test]
    public void Says_what_a_set_would_say() =>
        Chance.Check(
            from count in Chance.Between(0, 300)
            from chance in Chance.Sources
            select (count, chance),
            sample =>
            {
                var (count, random) = (sample.count, sample.chance.Random);
                var (map, model) = (new ChunkMap(count), new HashSet<int>());
                Assert.That(map.Count, Is.EqualTo(count));
                for (var additions = random.Next(0, 2 * count + 1); additions > 0; additions--)
                {
                    var index = random.Next(count);
                    Assert.That(map.Add(index), Is.EqualTo(model.Add(index)));
                }

                var missing = Enumerable.Range(0, count).Where(index => !model.Contains(index)).ToList();
                Assert.That(map.ReceivedCount, Is.EqualTo(model.Count));
                Assert.That(map.Next, Is.EqualTo(missing.Count > 0 ? missing[0] : (int?)null));
                Assert.That(map.IsComplete, Is.EqualTo(missing.Count == 0));
                Assert.That(Enumerable.Range(0, count + 5).Where(map.Contains), Is.EquivalentTo(model));
                Assert.That(map.Received(), Is.EqualTo(Ranges(model.Order())));
                Assert.That(map.Missing(), Is.EqualTo(Ranges(missing)));
                var limit = random.Next(5);
                Assert.That(map.Missing(limit), Is.EqualTo(Ranges(missing).Take(limit)));
                Assert.That(map.Received(limit), Is.EqualTo(Ranges(model.Order()).Take(limit)));
            });

    [Test]
    public void Knows_whether_a_whole_range_is_in() =>
        Chance.Check(
            from count in Chance.Between(1, 300)
            from first in Chance.Between(0, count - 1)
            from last in Chance.Between(first, count + 2)
            from hole in Chance.Between(-1, count - 1)
            select (count, first, last, hole),
            sample =>
            {
                var (count, first, last, hole) = sample;
                var map = new ChunkMap(count);
                for (var index = 0; index < count; index++)
                {
                    if (index != hole)
                    {
                        map.Add(index);
                    }
                }

                Assert.That(map.Contains(new IndexRange(first, last)),
                    Is.EqualTo(last < count && !(hole >= first && hole <= last)));
            },
            tests: 1000);

    [Test]
    public void Memory_follows_what_was_received_and_not_what_was_announced()
    {
        const int Last = ChunkPlan.MaxChunks - 1;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var map = new ChunkMap(ChunkPlan.MaxChunks);
        map.Add(Last);
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That(bytes, Is.LessThan(8 * 1024));
        Assert.That(map.Missing(), Is.EqualTo(new[] { new IndexRange(0, Last - 1) }));
        Assert.That(map.Received(), Is.EqualTo(new[] { new IndexRange(Last, Last) }));
    }

    [TestCase(-1)]
    [TestCase(10)]
    public void Takes_no_chunk_that_does_not_exist(int index) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ChunkMap(10).Add(index));

    [Test]
    public void Loses_nothing_when_several_threads_add()
    {
        const int Count = 100_000;
        var map = new ChunkMap(Count);
        var added = 0;
        Parallel.For(0, 4 * Count, number =>
        {
            // Every chunk comes four times; neighbours share a word of the bitmap.
            if (map.Add(number / 4))
            {
                Interlocked.Increment(ref added);
            }

            _ = map.Next;
        });
        Assert.That((added, map.ReceivedCount, map.IsComplete), Is.EqualTo((Count, Count, true)));
    }

    [Test]
    [CancelAfter(5000)]
    public void A_million_chunks_are_no_burden([Values] bool forwards)
    {
        const int Count = ChunkPlan.MaxChunks;
        var map = new ChunkMap(Count);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        for (var index = 0; index < Count; index++)
        {
            map.Add(forwards ? index : Count - 1 - index);
            _ = map.Next;
        }

        Assert.That(map.Received(), Is.EqualTo(new[] { new IndexRange(0, Count - 1) }));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(2)), "about 0.1 s");
    }

    static IEnumerable<IndexRange> Ranges(IEnumerable<int> indices)
    {
        IndexRange? run = null;
        foreach (var index in indices)
        {
            if (run is { } open && open.Last + 1 == index)
            {
                run = open with { Last = index };
                continue;
            }

            if (run is { } ended)
            {
                yield return ended;
            }

            run = new IndexRange(index, index);
        }

        if (run is { } last)
        {
            yield return last;
        }
    }
}
