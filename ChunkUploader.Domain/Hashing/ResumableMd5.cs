using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ChunkUploader.Domain.Hashing;

/// <summary>
/// MD5 (RFC 1321) of bytes that come bit by bit. Other than the runtime's own it can be saved and taken up again, and
/// several can be hashed side by side (see <see cref="Md5Lanes"/>). For one thread at a time.
/// </summary>
/// <param name="start">Where it was saved.</param>
public sealed class ResumableMd5(Md5State start)
{
    /// <summary>The unit of MD5's compression, in bytes.</summary>
    public const int BlockLength = 64;

    const int LengthOffset = BlockLength - sizeof(ulong);

    /// <summary>The bytes that do not fill a block yet.</summary>
    readonly byte[] _tail = new byte[BlockLength];

    Md5State _state = start;
    int _tailLength;

    public ResumableMd5()
        : this(Md5State.Empty)
    {
    }

    /// <summary>Bytes that were hashed so far.</summary>
    public long Length => _state.Length + _tailLength;

    /// <summary>What it takes to go on from here later.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Length"/> is not a multiple of 64.</exception>
    public Md5State State
    {
        get
        {
            EnsureAtBlockEnd();
            return _state;
        }

        internal set
        {
            EnsureAtBlockEnd();
            _state = value;
        }
    }

    /// <summary>How many bytes are wanted to fill the block that was begun; 0 where none was.</summary>
    internal int BytesToBlockEnd => (BlockLength - _tailLength) % BlockLength;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_tailLength > 0)
        {
            var head = bytes[..Math.Min(bytes.Length, BytesToBlockEnd)];
            head.CopyTo(_tail.AsSpan(_tailLength));
            bytes = bytes[head.Length..];
            _tailLength += head.Length;
            if (_tailLength < BlockLength)
            {
                return;
            }

            _tailLength = 0;
            _state = Compress(_state, _tail);
        }

        var whole = bytes.Length - (bytes.Length % BlockLength);
        _state = Compress(_state, bytes[..whole]);
        bytes[whole..].CopyTo(_tail);
        _tailLength = bytes.Length - whole;
    }

    /// <summary>The MD5 of all bytes so far; it can be appended to afterwards.</summary>
    public Md5Digest Current()
    {
        // One bit, zeros, and the length in bits as the last 8 bytes of a block: of the next one if they don't fit.
        Span<byte> end = stackalloc byte[2 * BlockLength];
        end.Clear();
        _tail.AsSpan(0, _tailLength).CopyTo(end);
        end[_tailLength] = 0x80;
        end = _tailLength < LengthOffset ? end[..BlockLength] : end;
        BinaryPrimitives.WriteUInt64LittleEndian(end[^sizeof(ulong)..], (ulong)Length * 8);
        Span<byte> digest = stackalloc byte[Md5Digest.ByteLength];
        Compress(_state, end).CopyTo(digest);
        return new Md5Digest(digest);
    }

    static Md5State Compress(Md5State state, ReadOnlySpan<byte> blocks)
    {
        var chain = state.Chain;
        ref readonly var words = ref Unsafe.As<byte, uint>(ref MemoryMarshal.GetReference(blocks));
        Md5Rounds<uint, Md5Scalar>.Compress(ref chain, in words, blocks.Length / BlockLength);
        return new Md5State(state.Length + blocks.Length, chain);
    }

    void EnsureAtBlockEnd()
    {
        if (_tailLength != 0)
        {
            throw new InvalidOperationException("An MD5 can be saved only where a block of 64 bytes ends.");
        }
    }
}
