using System.Buffers;
using ChunkUploader.Domain.Hashing;

namespace ChunkUploader.Domain.Chunks;

/// <summary>
/// The SHA-256 digests of a chunk as it arrives: one for each 4 MiB of it, which are kept with it, and one of the
/// whole where the client has announced that.
/// </summary>
sealed class ChunkHasher(DeclaredDigests? announced) : IDisposable
{
    readonly BlockHasher _blocks = new();
    readonly BlockHasher? _whole = announced is null or { BlockLength: Block.Size } ? null : new(announced.BlockLength);

    /// <summary>One digest for each 4 MiB, and one for the rest; none for no bytes.</summary>
    public Sha256Digest[] Blocks { get; private set; } = [];

    public void Append(ReadOnlySequence<byte> bytes)
    {
        _blocks.Append(bytes);
        _whole?.Append(bytes);
    }

    /// <summary>Ends the digests and compares them with those that were announced, before the bytes or behind
    /// them.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunkDigestMismatch"/>.</exception>
    public async Task FinishAsync(ChunkBody body, CancellationToken ct)
    {
        Blocks = _blocks.Finish();
        var digests = _whole?.Finish() ?? Blocks;
        (await body.ReadDeclaredAsync(ct))?.EnsureEqual(digests);
    }

    public void Dispose()
    {
        _blocks.Dispose();
        _whole?.Dispose();
    }
}
