using System.Numerics;

namespace ChunkUploader.Domain.Uploads;

/// <summary>Which chunks are in: one bit each. Safe to use from several threads.</summary>
/// <param name="count">The number of chunks, 0 to <see cref="ChunkPlan.MaxChunks"/>.</param>
public sealed class ChunkMap(int count)
{
    readonly Lock _lock = new();
    readonly ulong[] _words = new ulong[(count + 63) / 64];
    int _received;
    int _next;

    public int Count => count;

    public int ReceivedCount
    {
        get
        {
            lock (_lock)
            {
                return _received;
            }
        }
    }

    /// <summary>The lowest missing chunk, null when all are in.</summary>
    public int? Next
    {
        get
        {
            lock (_lock)
            {
                return _next < count ? _next : null;
            }
        }
    }

    public bool IsComplete => Next is null;

    public bool Contains(int index)
    {
        lock (_lock)
        {
            return index < count && IsSet(index);
        }
    }

    /// <summary>Whether all chunks of a range are in.</summary>
    public bool Contains(IndexRange range)
    {
        lock (_lock)
        {
            return range.Last < count && Find(range.First, received: false) > range.Last;
        }
    }

    /// <returns>False if the chunk was in already.</returns>
    public bool Add(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)count, nameof(index));
        lock (_lock)
        {
            if (IsSet(index))
            {
                return false;
            }

            _words[index / 64] |= 1UL << (index % 64);
            _received++;
            if (index == _next)
            {
                _next = Find(_next, received: false);
            }

            return true;
        }
    }

    /// <summary>The runs of received chunks, in order.</summary>
    public IReadOnlyList<IndexRange> Received(int limit = int.MaxValue) => Ranges(received: true, limit);

    /// <summary>The runs of missing chunks, in order.</summary>
    public IReadOnlyList<IndexRange> Missing(int limit = int.MaxValue) => Ranges(received: false, limit);

    List<IndexRange> Ranges(bool received, int limit)
    {
        lock (_lock)
        {
            var ranges = new List<IndexRange>();
            for (var first = Find(0, received); first < count && ranges.Count < limit;)
            {
                var end = Find(first, !received);
                ranges.Add(new IndexRange(first, end - 1));
                first = Find(end, received);
            }

            return ranges;
        }
    }

    bool IsSet(int index) => (_words[index / 64] & (1UL << (index % 64))) != 0;

    /// <summary>
    /// The first chunk from <paramref name="start"/> on that is in (or missing); the count if there is none.
    /// </summary>
    int Find(int start, bool received)
    {
        for (var index = start; index < count; index = (index | 63) + 1)
        {
            var word = received ? _words[index / 64] : ~_words[index / 64];
            word &= ulong.MaxValue << (index % 64);
            if (word != 0)
            {
                return Math.Min(count, (index & ~63) + BitOperations.TrailingZeroCount(word));
            }
        }

        return count;
    }
}
