namespace ChunkUploader.Domain.Hashing;

/// <summary>
/// The digests of a file's blocks as far as they are known, by block index, in pages that are made when the first
/// digest of one is known. Safe to use from several threads.
/// </summary>
public sealed class BlockDigests
{
    const int BlocksInPage = 64;

    readonly Lock _lock = new();
    readonly Dictionary<int, Sha256Digest[]> _pages = [];

    /// <summary>The digest of a block, null while it is not known.</summary>
    public Sha256Digest? this[int block]
    {
        get
        {
            lock (_lock)
            {
                // No bytes are known whose SHA-256 is all zeros, so the default value can stand for "not known".
                return _pages.TryGetValue(block / BlocksInPage, out var page)
                    && page[block % BlocksInPage] is var digest && digest != default ? digest : null;
            }
        }
    }

    public void Set(int block, Sha256Digest digest)
    {
        lock (_lock)
        {
            if (!_pages.TryGetValue(block / BlocksInPage, out var page))
            {
                _pages.Add(block / BlocksInPage, page = new Sha256Digest[BlocksInPage]);
            }

            page[block % BlocksInPage] = digest;
        }
    }

    /// <summary>
    /// Takes the digests of a chunk's pieces of one block's length each: those are blocks if the chunk starts on a
    /// block's start; its last piece only if it is a whole block or the file's last one.
    /// </summary>
    /// <param name="size">The file's size, null while it is not known.</param>
    public void SetFromChunk(long offset, long length, ReadOnlySpan<Sha256Digest> pieces, long? size)
    {
        if (offset % Block.Size != 0)
        {
            return;
        }

        for (var piece = 0; piece < pieces.Length; piece++)
        {
            var end = Math.Min(length, (piece + 1L) * Block.Size);
            if (end % Block.Size == 0 || offset + end == size)
            {
                Set((int)(offset / Block.Size) + piece, pieces[piece]);
            }
        }
    }

    /// <summary>Whether the digests of the first <paramref name="count"/> blocks are all known.</summary>
    public bool HasFirst(int count)
    {
        lock (_lock)
        {
            for (var start = 0; start < count; start += BlocksInPage)
            {
                if (!_pages.TryGetValue(start / BlocksInPage, out var page)
                    || page.AsSpan(0, Math.Min(BlocksInPage, count - start)).Contains(default))
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>The digests of the first <paramref name="count"/> blocks.</summary>
    /// <exception cref="InvalidOperationException">One of them is not known.</exception>
    public Sha256Digest[] First(int count)
    {
        lock (_lock)
        {
            if (!HasFirst(count))
            {
                throw new InvalidOperationException("The digest of a block is not known yet.");
            }

            var digests = new Sha256Digest[count];
            for (var start = 0; start < count; start += BlocksInPage)
            {
                _pages[start / BlocksInPage].AsSpan(0, Math.Min(BlocksInPage, count - start))
                    .CopyTo(digests.AsSpan(start));
            }

            return digests;
        }
    }
}
