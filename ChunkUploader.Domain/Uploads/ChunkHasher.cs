using System.Buffers;
using ChunkUploader.Domain.Content;

namespace ChunkUploader.Domain.Uploads;

/// <summary>
/// The SHA-256 digests of a chunk as it arrives: one for each piece of 4 MiB, which are kept with it, and one of the
/// whole where the client has announced that.
/// </summary>
sealed class ChunkHasher(ExpectedDigests? announced) : IDisposable
{
    readonly BlockHasher _pieces = new();
    readonly BlockHasher? _whole = announced is null or { PieceLength: Block.Size } ? null : new(announced.PieceLength);
    Sha256Digest[] _wholeDigests = [];

    /// <summary>One digest for each 4 MiB, and one for the rest; none for no bytes.</summary>
    public Sha256Digest[] Pieces { get; private set; } = [];

    public void Append(ReadOnlySequence<byte> bytes)
    {
        _pieces.Append(bytes);
        _whole?.Append(bytes);
    }

    public void Finish()
    {
        Pieces = _pieces.Finish();
        _wholeDigests = _whole?.Finish() ?? [];
    }

    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunkDigestMismatch"/>.</exception>
    public void EnsureEqual(ExpectedDigests expected)
    {
        // No bytes are no pieces, but they have a digest.
        var digests = Pieces.Length == 0 ? [Sha256Digest.Of([])] : _whole is null ? Pieces : _wholeDigests;
        if (!expected.Pieces.SequenceEqual(digests))
        {
            throw new UploadException(
                UploadErrorCode.ChunkDigestMismatch,
                "The chunk's SHA-256 digest is not the announced one: send it again.");
        }
    }

    public void Dispose()
    {
        _pieces.Dispose();
        _whole?.Dispose();
    }
}
