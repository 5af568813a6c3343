using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace ChunkUploader.Web.Connections;

/// <summary>
/// The buffers that connections read into and answer from. The framework's own have 4 KiB; these have 256 KiB, so that an
/// upload takes fewer reads and writes, and a core's cache still holds them. A connection borrows them while bytes move;
/// the transport may keep its last one until the next request. Once <see cref="MaxLargeBytes"/> are lent, the others get
/// small ones: slower, but what each more connection takes is little.
/// </summary>
public sealed class ConnectionBuffers : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    public const int LargeLength = 256 * 1024;

    public const long MaxLargeBytes = 128 * 1024 * 1024;

    readonly Lock _lock = new();
    readonly Stack<Buffer> _free = [];
    int _lent;
    int _needless;

    public override int MaxBufferSize => LargeLength;

    /// <summary>Bytes of the large buffers that are in use.</summary>
    public long LentBytes
    {
        get
        {
            lock (_lock)
            {
                return (long)_lent * LargeLength;
            }
        }
    }

    /// <summary>Bytes of the large buffers that are kept for the next ones to ask.</summary>
    public long FreeBytes
    {
        get
        {
            lock (_lock)
            {
                return (long)_free.Count * LargeLength;
            }
        }
    }

    /// <summary>One pool serves every listener.</summary>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, LargeLength);
        lock (_lock)
        {
            if ((_lent + 1L) * LargeLength <= MaxLargeBytes)
            {
                _lent++;
                var buffer = _free.TryPop(out var free) ? free : new Buffer(this);
                _needless = Math.Min(_needless, _free.Count);
                return buffer;
            }
        }

        return Shared.Rent(minBufferSize);
    }

    /// <summary>Lets go of the buffers that nobody has needed since the last call.</summary>
    public void Trim()
    {
        lock (_lock)
        {
            for (; _needless > 0; _needless--)
            {
                _free.Pop();
            }

            _needless = _free.Count;
        }
    }

    protected override void Dispose(bool disposing)
    {
        // Every listener disposes of the pool that it was given; this one is for all of them.
    }

    void Return(Buffer buffer)
    {
        lock (_lock)
        {
            _lent--;
            _free.Push(buffer);
        }
    }

    sealed class Buffer(ConnectionBuffers pool) : IMemoryOwner<byte>
    {
        readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(LargeLength);

        public Memory<byte> Memory => _bytes;

        public void Dispose() => pool.Return(this);
    }
}
