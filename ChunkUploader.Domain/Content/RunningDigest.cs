using System.Buffers;
using System.Security.Cryptography;

namespace ChunkUploader.Domain.Content;

/// <summary>
/// The digests of a blob whose bytes are still arriving. MD5 is serial, so it can only follow the contiguous prefix of
/// received bytes; the digests of blocks that did not arrive as whole pieces of a chunk are made in the same pass.
/// One thread appends at a time; the rest is safe to use from several.
/// </summary>
/// <param name="blocks">The digests that are known; the others are added.</param>
public sealed class RunningDigest(Id<Blob> blob, BlockDigests blocks) : IDisposable
{
    readonly Lock _lock = new();
    readonly IncrementalHash _md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
    readonly IncrementalHash _block = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly List<(long Position, TaskCompletionSource Reached)> _waiters = [];
    long? _size;
    bool _hashingBlock;
    bool _disposed;
    Exception? _failure;

    public Id<Blob> Blob { get; } = blob;

    public BlockDigests Blocks { get; } = blocks;

    /// <summary>Its upload has ended: nobody needs it any more.</summary>
    public bool IsDisposed => _disposed;

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
            if (available <= Available || _disposed)
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
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            foreach (var segment in bytes)
            {
                _md5.AppendData(segment.Span);
                AppendToBlocks(segment.Span);
            }

            for (var i = _waiters.Count - 1; i >= 0; i--)
            {
                if (_waiters[i].Position <= Position)
                {
                    _waiters[i].Reached.SetResult();
                    _waiters.RemoveAt(i);
                }
            }
        }
    }

    /// <summary>Ends when <see cref="Position"/> is at least <paramref name="position"/>.</summary>
    /// <exception cref="IOException">The bytes could not be read.</exception>
    public Task ReachedAsync(long position)
    {
        lock (_lock)
        {
            if (Position >= position)
            {
                return Task.CompletedTask;
            }

            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_failure is not null)
            {
                return Task.FromException(_failure);
            }

            // Waiters must not run on the thread that hashes.
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((position, reached));
            return reached.Task;
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
            _waiters.ForEach(waiter => waiter.Reached.SetException(failure));
            _waiters.Clear();
        }
    }

    /// <summary>Forgets a failure, so that reading is tried again from where it stopped.</summary>
    public void Retry()
    {
        lock (_lock)
        {
            _failure = null;
        }
    }

    /// <summary>The MD5 of the bytes up to <see cref="Position"/>.</summary>
    public Md5Digest CurrentMd5()
    {
        lock (_lock)
        {
            return new Md5Digest(_md5.GetCurrentHash());
        }
    }

    public void Dispose()
    {
        Fail(new ObjectDisposedException(nameof(RunningDigest)));
        lock (_lock)
        {
            _disposed = true;
            _md5.Dispose();
            _block.Dispose();
        }
    }

    void AppendToBlocks(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var block = (int)(Position / Block.Size);
            var filled = Position % Block.Size;
            if (filled == 0)
            {
                _hashingBlock = Blocks[block] is null;
            }

            var take = (int)Math.Min(bytes.Length, Block.Size - filled);
            if (_hashingBlock)
            {
                _block.AppendData(bytes[..take]);
            }

            Position += take;
            bytes = bytes[take..];
            if (_hashingBlock && (Position % Block.Size == 0 || Position == _size))
            {
                Blocks.Set(block, new Sha256Digest(_block.GetHashAndReset()));
                _hashingBlock = false;
            }
        }
    }
}
