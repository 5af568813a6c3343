using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Hashing;

namespace ChunkUploader.Domain.Completion;

/// <summary>
/// Asks a client that names a blob's digests to show that it has the bytes too: it answers SHA-256(nonce ‖ bytes of the
/// ranges, in their order). Knowing a hash, which may have been published or leaked, is then not enough to get a file.
/// The ranges of one blob stay the same for an address and a day: who has only a part of the bytes gains nothing by
/// asking again until the ranges lie in that part.
/// </summary>
/// <param name="Nonce">32 random bytes.</param>
/// <param name="Seed">32 bytes that the ranges follow from.</param>
/// <param name="Blob">The blob that is claimed.</param>
/// <param name="Size">The blob's size in bytes.</param>
public sealed record PossessionChallenge(byte[] Nonce, byte[] Seed, Id<Blob> Blob, long Size, DateTimeOffset ExpiresAt)
{
    public const int NonceLength = 32;
    const int RangeCount = 16;
    const int RangeLength = 4096;

    static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    /// <param name="address">Where the claim comes from.</param>
    public static PossessionChallenge New(Blob blob, string address, DateTimeOffset now)
    {
        // Nobody outside knows a blob's id, so nobody can work the ranges out ahead.
        var seed = SHA256.HashData(Encoding.UTF8.GetBytes($"{blob.Id} {address} {now.UtcDateTime:yyyy-MM-dd}"));
        return new(RandomNumberGenerator.GetBytes(NonceLength), seed, blob.Id, blob.Size, now + Lifetime);
    }

    /// <summary>
    /// Up to 16 ranges of up to 4 KiB in file order, offset and length in bytes: a random one from each sixteenth of
    /// the file, or all of it where it is that small.
    /// </summary>
    public IReadOnlyList<(long Offset, int Length)> Ranges()
    {
        var ranges = new List<(long, int)>(RangeCount);
        if (Size <= RangeCount * RangeLength)
        {
            for (var offset = 0L; offset < Size; offset += RangeLength)
            {
                ranges.Add((offset, (int)Math.Min(RangeLength, Size - offset)));
            }

            return ranges;
        }

        // One 64-bit random number a range, drawn from the seed.
        var random = HKDF.Expand(HashAlgorithmName.SHA256, Seed, RangeCount * sizeof(ulong), "ranges"u8.ToArray());
        var stratum = Size / RangeCount;
        for (var i = 0; i < RangeCount; i++)
        {
            var number = BinaryPrimitives.ReadUInt64LittleEndian(random.AsSpan(i * sizeof(ulong)));
            var shift = (long)(number % (ulong)(stratum - RangeLength + 1));
            ranges.Add(((i * stratum) + shift, RangeLength));
        }

        return ranges;
    }

    /// <summary>Compares an answer with the stored bytes, in constant time.</summary>
    public async Task<bool> IsProvenByAsync(Sha256Digest answer, IPartStore partStore, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Nonce);
        foreach (var (offset, length) in Ranges())
        {
            await partStore.ReadAsync(
                Blob,
                offset,
                length,
                bytes =>
                {
                    foreach (var segment in bytes)
                    {
                        hash.AppendData(segment.Span);
                    }
                },
                ct);
        }

        return CryptographicOperations.FixedTimeEquals(hash.GetHashAndReset(), answer.ToBytes());
    }
}
