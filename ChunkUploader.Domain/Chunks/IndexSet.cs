using System.Globalization;

namespace ChunkUploader.Domain.Chunks;

/// <summary>
/// Some of a file's chunks, kept as ranges: what came in order takes little room, however much it is. As text
/// <c>0-4,7</c>.
/// </summary>
public sealed class IndexSet : IEquatable<IndexSet>
{
    readonly IndexRange[] _ranges;

    IndexSet(IEnumerable<IndexRange> ranges) => _ranges = [.. ranges];

    public static IndexSet Empty { get; } = new([]);

    /// <summary>In order; none touches another.</summary>
    public IReadOnlyList<IndexRange> Ranges => _ranges;

    public bool IsEmpty => _ranges.Length == 0;

    public int Count => _ranges.Sum(run => run.Last - run.First + 1);

    public bool Contains(int index) => Array.Exists(_ranges, run => run.First <= index && index <= run.Last);

    /// <summary>Whether all of a range is in it.</summary>
    public bool Contains(IndexRange range) =>
        Array.Exists(_ranges, run => run.First <= range.First && range.Last <= run.Last);

    public IndexSet With(int index)
    {
        if (Contains(index))
        {
            return this;
        }

        var before = _ranges.Where(run => run.Last < index).ToList();
        var after = _ranges.Where(run => run.First > index).ToList();
        var joined = new IndexRange(index, index);
        if (before is [.., var left] && left.Last == index - 1)
        {
            joined = joined with { First = left.First };
            before.RemoveAt(before.Count - 1);
        }

        if (after is [var right, ..] && right.First == index + 1)
        {
            joined = joined with { Last = right.Last };
            after.RemoveAt(0);
        }

        return new IndexSet([.. before, joined, .. after]);
    }

    public IndexSet Without(int index) => new(_ranges.SelectMany<IndexRange, IndexRange>(run =>
        index < run.First || index > run.Last
            ? [run]
            : [.. Run(run.First, index - 1), .. Run(index + 1, run.Last)]));

    public IndexSet Union(IndexSet other)
    {
        var joined = new List<IndexRange>();
        foreach (var run in _ranges.Concat(other._ranges).OrderBy(run => run.First))
        {
            if (joined is [.., var last] && run.First <= last.Last + 1)
            {
                joined[^1] = last with { Last = Math.Max(last.Last, run.Last) };
            }
            else
            {
                joined.Add(run);
            }
        }

        return new IndexSet(joined);
    }

    /// <summary>Those below an index.</summary>
    public IndexSet Below(int index) =>
        new(_ranges.Where(run => run.First < index).Select(run => run with { Last = Math.Min(run.Last, index - 1) }));

    /// <summary>Those from an index on.</summary>
    public IndexSet From(int index) =>
        new(_ranges.Where(run => run.Last >= index).Select(run => run with { First = Math.Max(run.First, index) }));

    public IEnumerable<int> Indices() =>
        _ranges.SelectMany(run => Enumerable.Range(run.First, run.Last - run.First + 1));

    public override string ToString() => string.Join(',', _ranges.Select(run => run.First == run.Last
        ? string.Create(CultureInfo.InvariantCulture, $"{run.First}")
        : string.Create(CultureInfo.InvariantCulture, $"{run.First}-{run.Last}")));

    /// <param name="text">What <see cref="ToString"/> made.</param>
    public static IndexSet Parse(string text) =>
        new(text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(run =>
        {
            var ends = run.Split('-').Select(end => int.Parse(end, CultureInfo.InvariantCulture)).ToArray();
            return new IndexRange(ends[0], ends[^1]);
        }));

    public bool Equals(IndexSet? other) => other is not null && _ranges.AsSpan().SequenceEqual(other._ranges);

    public override bool Equals(object? obj) => Equals(obj as IndexSet);

    public override int GetHashCode() => _ranges.Aggregate(0, HashCode.Combine);

    static IndexRange[] Run(int first, int last) => first > last ? [] : [new IndexRange(first, last)];
}
