using ChunkUploader.Domain.Hashing;

namespace ChunkUploader.Domain.Chunks;

/// <summary>The checksum of a chunk as its client declares it: SHA-256 digests of its bytes.</summary>
/// <param name="Blocks">One for each block of the body, in order.</param>
/// <param name="BlockLength">In bytes; the last block may be shorter.</param>
public sealed record DeclaredDigests(IReadOnlyList<Sha256Digest> Blocks, long BlockLength = Block.Size)
{
    /// <summary>One digest of the whole body.</summary>
    public static DeclaredDigests OfWhole(Sha256Digest digest) => new([digest], long.MaxValue);

    /// <param name="digests">Those of the bytes that came; none for no bytes, which have a digest all the same.</param>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunkDigestMismatch"/>.</exception>
    public void EnsureEqual(Sha256Digest[] digests)
    {
        if (!Blocks.SequenceEqual(digests.Length == 0 ? [Sha256Digest.Of([])] : digests))
        {
            throw new UploadException(
                UploadErrorCode.ChunkDigestMismatch,
                "The bytes' SHA-256 digest is not the announced one: send them again.");
        }
    }
}
