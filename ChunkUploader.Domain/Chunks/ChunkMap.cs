using System.Numerics;

namespace ChunkUploader.Domain.Chunks;

/// <summary>
/// Which chunks are in: one bit each, in pages that are made as chunks come, so that its memory follows what was
/// received and not what was announced. Safe to use from several threads.
/// </summary>
/// <param name="count">The number of chunks, 0 to <see cref="ChunkPlan.MaxChunks"/>.</param>
public sealed class ChunkMap(int count)
{
    const int WordsInPage = 64;
    const int ChunksInPage = WordsInPage * 64;

    readonly Lock _lock = new();
    ulong[]?[] _pages = []; // up to the highest chunk that is in; null where none of a page is
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

            PageOf(index)[index % ChunksInPage / 64] |= 1UL << (index % 64);
            _received++;
            if (index == _next)
            {
                _next = Find(_next, received: false);
            }

            return true;
        }
    }

    /// <summary>The ranges of received chunks, in order.</summary>
    public IReadOnlyList<IndexRange> Received(int limit = int.MaxValue) => Ranges(received: true, limit);

    /// <summary>The ranges of missing chunks, in order.</summary>
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

    bool IsSet(int index) => (WordOf(index) & (1UL << (index % 64))) != 0;

    ulong WordOf(int index) =>
        index / ChunksInPage < _pages.Length ? _pages[index / ChunksInPage]?[index % ChunksInPage / 64] ?? 0 : 0;

    ulong[] PageOf(int index)
    {
        var page = index / ChunksInPage;
        if (page >= _pages.Length)
        {
            Array.Resize(ref _pages, page + 1);
        }

        return _pages[page] ??= new ulong[WordsInPage];
    }

    /// <summary>
    /// The first chunk from <paramref name="start"/> on that is in (or missing); the count if there is none.
    /// </summary>
    int Find(int start, bool received)
    {
        for (var index = start; index < count; index = (index | 63) + 1)
        {
            if (received && index / ChunksInPage >= _pages.Length)
            {
                return count;
            }

            var word = received ? WordOf(index) : ~WordOf(index);
            word &= ulong.MaxValue << (index % 64);
            if (word != 0)
            {
                return Math.Min(count, (index & ~63) + BitOperations.TrailingZeroCount(word));
            }
        }

        return count;
    }
}
