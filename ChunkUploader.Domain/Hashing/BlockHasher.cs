using System.Buffers;
using System.Security.Cryptography;

namespace ChunkUploader.Domain.Hashing;

/// <summary>
/// Hashes bytes that arrive in runs of any length with SHA-256, one digest for each piece of a fixed length and one for
/// the remainder. With the default piece length, and fed from a block's start, the pieces are the file's blocks.
/// </summary>
public sealed class BlockHasher(long pieceLength = Block.Size) : IDisposable
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
            var take = (int)Math.Min(bytes.Length, pieceLength - _filled);
            _hash.AppendData(bytes[..take]);
            _filled += take;
            bytes = bytes[take..];
            if (_filled == pieceLength)
            {
                EndPiece();
            }
        }
    }

    /// <summary>Ends the last piece and returns the digests of all pieces since the start or the last call.</summary>
    public Sha256Digest[] Finish()
    {
        if (_filled > 0)
        {
            EndPiece();
        }

        var digests = _digests.ToArray();
        _digests.Clear();
        return digests;
    }

    public void Dispose() => _hash.Dispose();

    void EndPiece()
    {
        Span<byte> digest = stackalloc byte[Sha256Digest.ByteLength];
        _hash.GetHashAndReset(digest);
        _digests.Add(new Sha256Digest(digest));
        _filled = 0;
    }
}
