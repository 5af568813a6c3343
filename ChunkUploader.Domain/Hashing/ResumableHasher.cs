using System.Buffers;
using ChunkUploader.Domain.Catalog;

namespace ChunkUploader.Domain.Hashing;

/// <summary>
/// The digests of a blob whose bytes are still arriving. MD5 is serial, so it can only follow the contiguous prefix of
/// received bytes; the digests of blocks that did not arrive as whole pieces of a chunk are made in the same pass.
/// One thread appends at a time; the rest is safe to use from several, and never waits for the one that hashes.
/// </summary>
public sealed class ResumableHasher : IDisposable
{
    readonly Lock _lock = new();
    readonly PositionWaiters _waiters = new();
    readonly List<int> _madeBlocks = [];
    readonly FileHasher _hasher; // belongs to the thread that appends, while one does
    Md5State _lastBlockEnd;
    Md5Digest _md5;
    long? _size;
    bool _appending;
    Exception? _failure;

    /// <param name="blocks">The digests that are known; the others are added.</param>
    /// <param name="start">Where its progress was saved, the end of a block. The bytes before it are not wanted again,
    /// unless a digest of their blocks is not known: then all of it is done anew.</param>
    public ResumableHasher(Id<Blob> blob, BlockDigests blocks, Md5State? start = null)
    {
        (Blob, Blocks) = (blob, blocks);
        _lastBlockEnd = start is { } saved && blocks.HasFirst(Block.CountOf(saved.Length)) ? saved : Md5State.Empty;
        ArgumentOutOfRangeException.ThrowIfNotEqual(_lastBlockEnd.Length % Block.Size, 0, nameof(start));
        _hasher = new FileHasher(blocks, _lastBlockEnd);
        _md5 = _hasher.Md5.Current();
        Available = Position = _hasher.Position;
    }

    public Id<Blob> Blob { get; }

    public BlockDigests Blocks { get; }

    /// <summary>Its upload has ended: nobody needs it any more.</summary>
    public bool IsDisposed { get; private set; }

    /// <summary>Bytes that may be read, counted from the start without a gap.</summary>
    public long Available { get; private set; }

    /// <summary>Bytes that went into the MD5.</summary>
    public long Position { get; private set; }

    /// <summary>
    /// Bytes that have arrived without a gap and are not in the MD5 yet; never counts bytes beyond a gap.
    /// </summary>
    public long Lag
    {
        get
        {
            lock (_lock)
            {
                return _failure is null ? Available - Position : 0;
            }
        }
    }

    /// <summary>Tells how far the bytes may be read now.</summary>
    /// <param name="size">The blob's size once it is known: the last block ends there.</param>
    /// <returns>True if that is further than before.</returns>
    public bool Advance(long available, long? size)
    {
        lock (_lock)
        {
            _size ??= size;
            EndFileIfReached();
            if (available <= Available || IsDisposed)
            {
                return false;
            }

            Available = available;
            _failure = null; // what could not be read a moment ago is tried again
            return true;
        }
    }

    /// <summary>
    /// Takes the bytes that follow <see cref="Position"/>. Bytes for a digest that was disposed are dropped.
    /// </summary>
    public void Append(ReadOnlySequence<byte> bytes)
    {
        if (TryBeginAppend() is { } hasher)
        {
            foreach (var segment in bytes)
            {
                hasher.Append(segment.Span);
            }

            EndAppend();
        }
    }

    /// <summary>Ends when <see cref="Position"/> is at least <paramref name="position"/>.</summary>
    /// <exception cref="IOException">The bytes could not be read.</exception>
    public Task ReachedAsync(long position)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(IsDisposed && Position < position, this);
            return Position >= position ? Task.CompletedTask
                : _failure is null ? _waiters.Add(position)
                : Task.FromException(_failure);
        }
    }

    /// <summary>
    /// The bytes could not be read: everybody who waits is told; the next <see cref="Retry"/> begins again.
    /// </summary>
    public void Fail(Exception failure)
    {
        lock (_lock)
        {
            _failure = failure;
            _waiters.Fail(failure);
        }
    }

    /// <summary>Forgets a failure, so that reading is tried again from where it stopped.</summary>
    public void Retry()
    {
        lock (_lock)
        {
            _failure = IsDisposed ? _failure : null; // of one that has ended nothing is read any more
        }
    }

    /// <summary>The MD5 of the bytes up to <see cref="Position"/>.</summary>
    public Md5Digest CurrentMd5()
    {
        lock (_lock)
        {
            return _md5;
        }
    }

    /// <summary>What is new to save; null if no block has ended since, or nobody needs it any more.</summary>
    /// <param name="saved">The position that was saved last: what was made before it is forgotten.</param>
    public DigestProgress? ProgressSince(long saved)
    {
        lock (_lock)
        {
            _madeBlocks.RemoveAll(block => (long)block * Block.Size < saved);
            return _lastBlockEnd.Length > saved && !IsDisposed
                ? new DigestProgress(_lastBlockEnd, [.. _madeBlocks.Select(block => (block, Blocks[block]!.Value))])
                : null;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            IsDisposed = true;
            Fail(new ObjectDisposedException(nameof(ResumableHasher)));
            if (!_appending)
            {
                _hasher.Dispose();
            }
        }
    }

    /// <summary>What to hash with until <see cref="EndAppend"/>; null if it was disposed.</summary>
    internal FileHasher? TryBeginAppend()
    {
        lock (_lock)
        {
            _appending = !IsDisposed;
            return IsDisposed ? null : _hasher;
        }
    }

    /// <summary>Tells of what was hashed since <see cref="TryBeginAppend"/> began.</summary>
    internal void EndAppend()
    {
        lock (_lock)
        {
            _appending = false;
            EndFileIfReached();
            (Position, _md5, _lastBlockEnd) = (_hasher.Position, _hasher.Md5.Current(), _hasher.LastBlockEnd);
            _madeBlocks.AddRange(_hasher.Made);
            _hasher.Made.Clear();
            if (IsDisposed)
            {
                _hasher.Dispose();
            }

            _waiters.Wake(Position);
        }
    }

    void EndFileIfReached()
    {
        if (!_appending && !IsDisposed && _hasher.Position == _size)
        {
            _hasher.EndFile();
        }
    }
}
