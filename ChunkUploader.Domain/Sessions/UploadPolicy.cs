using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Completion;

namespace ChunkUploader.Domain.Sessions;

/// <summary>What the operator allows; sizes in bytes.</summary>
public sealed record UploadPolicy
{
    /// <summary>The longest chunk: 64 MiB.</summary>
    public const long MaxChunkSize = 64 * 1024 * 1024;

    /// <summary>The store's <see cref="PartLimits.MinChunkSize"/>: a power of two, or a multiple of 4 MiB.</summary>
    public long MinChunkSize { get; init; } = 256 * 1024;

    public long MaxFileSize { get; init; } = 1L << 40;

    public long ChunkSize { get; init; } = 8 * 1024 * 1024;

    /// <summary>How long a session is kept after its last chunk.</summary>
    public TimeSpan SessionLifetime { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long a file that was deleted can be restored.</summary>
    public TimeSpan TrashLifetime { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How many unfinished uploads one owner may have.</summary>
    public int MaxOpenUploads { get; init; } = 10_000;

    /// <summary>How much of the free room may be promised to one owner, and to one address: 0 to 1.</summary>
    public double PromisedShare { get; init; } = 0.5;

    /// <summary>The same for those who are only guessed.</summary>
    public double PromisedGuestShare => Math.Min(PromisedShare, 0.1);

    /// <summary>How often one owner may be wrong about what is stored, in ten minutes.</summary>
    public int WrongGuesses { get; init; } = 10;

    public InstantScope InstantScope { get; init; } = InstantScope.Anyone;

    /// <summary>The same for who knows nothing but a file's md5, which is no proof of having it.</summary>
    public InstantScope Md5Scope { get; init; } = InstantScope.Owner;

    /// <summary>The plan for a file that is sent in chunks.</summary>
    /// <param name="wish">How long the client wants its chunks to be, in bytes; null where it has no wish.</param>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.InvalidInput"/>,
    /// <see cref="UploadErrorCode.FileTooLarge"/>.</exception>
    public ChunkPlan PlanFor(long size, long? wish)
    {
        EnsureAllowed(size);
        return ChunkPlan.For(size, ChunkSizeFor(size, wish ?? ChunkSize));
    }

    /// <summary>The plan for a file that is sent along with its beginning: it is one chunk.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.InvalidInput"/>.</exception>
    public static ChunkPlan PlanForWhole(long size) =>
        size <= MaxChunkSize
            ? ChunkPlan.For(size, Math.Max(1, size))
            : throw new UploadException(
                UploadErrorCode.InvalidInput,
                $"A file of more than {MaxChunkSize} bytes is sent in chunks, after it was begun.");

    /// <summary>
    /// The chunk size for a file: the wish rounded down to a power of two up to 4 MiB or a multiple of 4 MiB up to 64 MiB,
    /// raised where the store wants longer ones or the plan would have too many. Such chunks never share a block with another one
    /// unless several fill it.
    /// </summary>
    public long ChunkSizeFor(long size, long wish)
    {
        if (wish <= 0)
        {
            throw new UploadException(UploadErrorCode.InvalidInput, "A chunk has at least 1 byte.");
        }

        var chunkSize = Round(Math.Clamp(wish, MinChunkSize, MaxChunkSize));
        while (chunkSize < MaxChunkSize && (size + chunkSize - 1) / chunkSize > ChunkPlan.MaxChunks)
        {
            chunkSize = Round(Math.Min(MaxChunkSize, chunkSize * 2));
        }

        return chunkSize;
    }

    /// <exception cref="UploadException"><see cref="UploadErrorCode.FileTooLarge"/>.</exception>
    public void EnsureAllowed(long size)
    {
        if (size > MaxFileSize)
        {
            throw UploadException.TooLarge(MaxFileSize);
        }
    }

    static long Round(long wish) =>
        wish >= Hashing.Block.Size
            ? wish / Hashing.Block.Size * Hashing.Block.Size
            : 1L << System.Numerics.BitOperations.Log2((ulong)wish);
}
