using System.Security.Cryptography;

namespace ChunkUploader.Domain.Hashing;

/// <summary>
/// The identity of a file's bytes: SHA-256 over the concatenated SHA-256 digests of its blocks of 4 MiB. This is the
/// content hash that Dropbox publishes (<c>rclone hashsum dropbox FILE</c> prints it). Blocks can be hashed in any
/// order, which is why it is used here rather than the plain SHA-256 of the file.
/// </summary>
public readonly record struct ContentHash(Sha256Digest Value)
{
    /// <param name="blocks">The digests of all blocks in file order; none for an empty file.</param>
    public static ContentHash Of(ReadOnlySpan<Sha256Digest> blocks)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[Sha256Digest.ByteLength];
        foreach (var block in blocks)
        {
            block.CopyTo(bytes);
            hash.AppendData(bytes);
        }

        hash.GetHashAndReset(bytes);
        return new ContentHash(new Sha256Digest(bytes));
    }

    public static bool TryParse(string? hex, out ContentHash hash)
    {
        var valid = Sha256Digest.TryParse(hex, out var value);
        hash = new ContentHash(value);
        return valid;
    }

    public override string ToString() => Value.ToString();
}
