using System.Buffers;
using System.Security.Cryptography;

namespace ChunkUploader.Domain.Hashing;

/// <summary>
/// Hashes bytes that arrive in buffers of any length with SHA-256, one digest for each block of a fixed length and one for
/// the remainder. With the default length, and fed from
/// the start of one of the file's blocks, they are the file's.
/// </summary>
public sealed class BlockHasher(long blockLength = Block.Size) : IDisposable
{
    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly List<Sha256Digest> _digests = [];
    long _filled;

    public void Append(ReadOnlySequence<byte> bytes)
    {
        foreach (var segment in bytes)
        {
            Append(segment.Span);
        }
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var take = (int)Math.Min(bytes.Length, blockLength - _filled);
            _hash.AppendData(bytes[..take]);
            _filled += take;
            bytes = bytes[take..];
            if (_filled == blockLength)
            {
                EndBlock();
            }
        }
    }

    /// <summary>Ends the last block and returns the digests of all blocks since the start or the last call.</summary>
    public Sha256Digest[] Finish()
    {
        if (_filled > 0)
        {
            EndBlock();
        }

        var digests = _digests.ToArray();
        _digests.Clear();
        return digests;
    }

    public void Dispose() => _hash.Dispose();

    void EndBlock()
    {
        Span<byte> digest = stackalloc byte[Sha256Digest.ByteLength];
        _hash.GetHashAndReset(digest);
        _digests.Add(new Sha256Digest(digest));
        _filled = 0;
    }
}
