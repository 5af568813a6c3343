namespace ChunkUploader.Domain.Content;

/// <summary>
/// The digests of a file's blocks as far as they are known, by block index. Grows with the highest block that is known.
/// Safe to use from several threads.
/// </summary>
public sealed class BlockDigests
{
    readonly Lock _lock = new();
    Sha256Digest[] _digests = [];

    /// <summary>The digest of a block, null while it is not known.</summary>
    public Sha256Digest? this[int block]
    {
        get
        {
            lock (_lock)
            {
                // No bytes are known whose SHA-256 is all zeros, so the default value can stand for "not known".
                return block < _digests.Length && _digests[block] != default ? _digests[block] : null;
            }
        }
    }

    public void Set(int block, Sha256Digest digest)
    {
        lock (_lock)
        {
            if (block >= _digests.Length)
            {
                Array.Resize(ref _digests, Math.Max(block + 1, Math.Min(Array.MaxLength, _digests.Length * 2)));
            }

            _digests[block] = digest;
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
            return count <= _digests.Length && !_digests.AsSpan(0, count).Contains(default);
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

            return _digests[..count];
        }
    }
}
