namespace ChunkUploader.Domain.Hashing;

/// <summary>
/// What has to be saved so that a <see cref="ResumableHasher"/> can go on from here after a restart, without reading
/// again what it has hashed.
/// </summary>
/// <param name="Md5">The MD5 of the bytes before <see cref="Position"/>.</param>
/// <param name="Blocks">Blocks before <see cref="Position"/> that were hashed on the way, as no chunk came with their
/// digest; each with its index.</param>
public sealed record DigestProgress(Md5State Md5, IReadOnlyList<(int Block, Sha256Digest Digest)> Blocks)
{
    /// <summary>Bytes that need not be read again; the end of a block.</summary>
    public long Position => Md5.Length;
}
