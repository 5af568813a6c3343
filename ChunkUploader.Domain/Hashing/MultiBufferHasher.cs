namespace ChunkUploader.Domain.Hashing;

/// <summary>Several digests that are appended to at once.</summary>
public static class MultiBufferHasher
{
    /// <summary>
    /// Takes the bytes that follow each digest's position, with their MD5s side by side. Those for a digest that was
    /// disposed are dropped.
    /// </summary>
    /// <param name="digests">As many as there are lanes, at most.</param>
    /// <param name="bytes">The bytes of all of them.</param>
    /// <param name="runs">Where each digest's bytes lie in <paramref name="bytes"/>.</param>
    public static void Append(
        Md5Lanes lanes,
        IReadOnlyList<ResumableHasher> digests,
        ReadOnlySpan<byte> bytes,
        IReadOnlyList<(int Offset, int Length)> runs)
    {
        var begun = new List<(ResumableHasher Digest, FileHasher Hasher, int Offset, int Length)>(digests.Count);
        try
        {
            for (var i = 0; i < digests.Count; i++)
            {
                if (digests[i].TryBeginAppend() is { } hasher)
                {
                    begun.Add((digests[i], hasher, runs[i].Offset, runs[i].Length));
                }
            }

            AppendLongestFirst(lanes, [.. begun.OrderByDescending(run => run.Length)], bytes);
        }
        finally
        {
            begun.ForEach(run => run.Digest.EndAppend());
        }
    }

    static void AppendLongestFirst(
        Md5Lanes lanes,
        (ResumableHasher Digest, FileHasher Hasher, int Offset, int Length)[] runs,
        ReadOnlySpan<byte> bytes)
    {
        var streams = Array.ConvertAll(runs, run => run.Hasher.Md5);
        var offsets = Array.ConvertAll(runs, run => run.Offset);
        var count = runs.Length;
        for (var done = 0; ;)
        {
            // Those that have no bytes left are last and leave; the others go on to the next end of a run or block.
            while (count > 0 && runs[count - 1].Length == done)
            {
                count--;
            }

            if (count == 0)
            {
                return;
            }

            var length = runs[count - 1].Length - done;
            foreach (var run in runs.AsSpan(0, count))
            {
                length = Math.Min(length, run.Hasher.BytesToBlockEnd);
            }

            lanes.Append(streams.AsSpan(0, count), bytes, offsets, length);
            for (var i = 0; i < count; i++)
            {
                runs[i].Hasher.AppendToBlock(bytes.Slice(offsets[i], length));
                offsets[i] += length;
            }

            done += length;
        }
    }
}
