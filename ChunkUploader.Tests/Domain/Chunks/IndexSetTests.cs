using ChunkUploader.Domain.Chunks;
using ChunkUploader.Tests.Support.Core;
using FsCheck.Fluent;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Chunks;

public class IndexSetTests
{
    [Test]
    public void Is_the_set_that_it_says_and_keeps_it_in_as_few_runs_as_there_are() => Chance.Check(
        Gen.Choose(0, 30).ListOf(20),
        indices =>
        {
            var (set, model) = (IndexSet.Empty, new SortedSet<int>());
            foreach (var index in indices)
            {
                set = index % 3 == 0 && model.Remove(index) ? set.Without(index) : set.With(index);
                _ = index % 3 == 0 && !set.Contains(index) || model.Add(index);
                Assert.That(set.Indices(), Is.EqualTo(model));
                Assert.That(set.Ranges, Has.Count.EqualTo(model.Count(one => !model.Contains(one - 1))));
                Assert.That(IndexSet.Parse(set.ToString()), Is.EqualTo(set));
                Assert.That(set.Below(index).Indices(), Is.EqualTo(model.Where(one => one < index)));
                Assert.That(set.Contains(index), Is.EqualTo(model.Contains(index)));
            }

            Assert.That(set.Union(IndexSet.Parse("3-5,40")).Indices(), Is.EqualTo(model.Union([3, 4, 5, 40]).Order()));
        });

    [Test]
    public void Is_short_as_text()
    {
        Assert.That(new[] { 4, 7, 0, 2, 1, 3 }.Aggregate(IndexSet.Empty, (set, i) => set.With(i)).ToString(), Is.EqualTo("0-4,7"));
        Assert.That(IndexSet.Parse("").IsEmpty, Is.True);
    }
}
