namespace ChunkUploader.Domain.Chunks;

/// <summary>
/// How a file is cut into chunks. An <em>open</em> plan does not know its chunk size or its total size yet: some form
/// clients never say them, and the first chunks do (see <see cref="Learn"/>). Open plans cut the short way.
/// </summary>
public sealed record ChunkPlan
{
    public const int MaxChunks = 1_000_000;

    /// <summary>16 TiB.</summary>
    public const long MaxSize = 1L << 44;

    ChunkPlan()
    {
    }

    /// <summary>The file's size in bytes; null while it is not known.</summary>
    public long? Size { get; private init; }

    /// <summary>In bytes; null while it is not known.</summary>
    public long? ChunkSize { get; private init; }

    /// <summary>The number of chunks; null while it is not known. 0 for an empty file.</summary>
    public int? Count { get; private init; }

    public TailRule Tail { get; private init; }

    /// <summary>How many bytes the file has at least, by what is known.</summary>
    public long MinSize => Size ?? OffsetOf((Count ?? 1) - 1) ?? 0;

    public bool IsOpen => Size is null || ChunkSize is null;

    /// <summary>A plan that knows everything.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.InvalidInput"/> or
    /// <see cref="UploadErrorCode.FileTooLarge"/>: no plan can have these sizes.</exception>
    public static ChunkPlan For(long size, long chunkSize, TailRule tail = TailRule.Short)
    {
        if (size < 0 || chunkSize <= 0)
        {
            throw new UploadException(
                UploadErrorCode.InvalidInput, "A file has at least 0 bytes and a chunk at least 1 byte.");
        }

        if (size > MaxSize)
        {
            throw UploadException.TooLarge(MaxSize);
        }

        var whole = size / chunkSize;
        var rest = size % chunkSize;
        var count = tail == TailRule.Long && whole > 0 ? whole : whole + (rest > 0 ? 1 : 0);
        if (count > MaxChunks)
        {
            throw new UploadException(UploadErrorCode.InvalidInput, $"A file can have at most {MaxChunks} chunks.");
        }

        return new ChunkPlan { Size = size, ChunkSize = chunkSize, Count = (int)count, Tail = tail };
    }

    /// <summary>A plan of which only some things are known, cut the short way.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.InvalidInput"/>: what is known makes no
    /// sense.</exception>
    public static ChunkPlan Open(long? size = null, long? chunkSize = null, int? count = null)
    {
        if (size is < 0 || chunkSize is <= 0 || count is <= 0 or > MaxChunks)
        {
            throw new UploadException(
                UploadErrorCode.InvalidInput, $"Sizes must be positive and chunks between 1 and {MaxChunks}.");
        }

        return new ChunkPlan { Size = size, ChunkSize = chunkSize, Count = count }.Close();
    }

    /// <summary>The place of a chunk.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunkOutOfRange"/>.</exception>
    /// <exception cref="InvalidOperationException">The plan does not know the place yet.</exception>
    public ChunkRange this[int index] =>
        Locate(index) ?? throw new InvalidOperationException("The plan is open: this chunk's place is not known yet.");

    /// <summary>The place of a chunk, null while it is not known.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunkOutOfRange"/>.</exception>
    public ChunkRange? Locate(int index)
    {
        // An empty file has no chunks, but clients that must send something may send an empty chunk 0.
        if (index < 0 || index >= Math.Max(1, Count ?? MaxChunks))
        {
            throw new UploadException(
                UploadErrorCode.ChunkOutOfRange, $"There is no chunk {index}; the file has {Count} chunks from 0 on.");
        }

        if (ChunkSize is not { } chunkSize)
        {
            return null;
        }

        var offset = index * chunkSize;
        if (Size is { } size)
        {
            return new ChunkRange(index, offset, index >= Count - 1 ? size - offset : chunkSize);
        }

        return index < Count - 1 ? new ChunkRange(index, offset, chunkSize) : null;
    }

    /// <summary>Where a chunk begins, in bytes; null while the chunk size is not known.</summary>
    public long? OffsetOf(int index) => index * ChunkSize;

    /// <summary>The chunk that begins there, in bytes.</summary>
    /// <exception cref="InvalidOperationException">The plan does not know the chunk size yet.</exception>
    public int IndexOf(long offset) => (int)(offset / ChunkSize!.Value);

    /// <summary>Whether both may be the plan of one file: what both know is the same. An empty file may have been said to
    /// have one chunk.</summary>
    public bool IsCompatibleWith(ChunkPlan other) =>
        AreCompatible(Size, other.Size)
        && (Size == 0 || (AreCompatible(ChunkSize, other.ChunkSize) && AreCompatible(Count, other.Count)));

    /// <summary>The chunks that hold a range of the file's bytes.</summary>
    /// <param name="end">Exclusive, greater than <paramref name="offset"/>, at most the size.</param>
    public IndexRange Covering(long offset, long end)
    {
        var (chunkSize, last) = (ChunkSize!.Value, Count!.Value - 1);
        return new IndexRange(
            (int)Math.Min(last, offset / chunkSize), (int)Math.Min(last, (end - 1) / chunkSize));
    }

    /// <summary>
    /// What a chunk's length tells an open plan: any chunk but the last has the chunk size, and the last one, once the
    /// chunk size is known, gives the file's size.
    /// </summary>
    /// <returns>The plan with what could be learned; it may still be open.</returns>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunkLengthMismatch"/>: it contradicts what is
    /// known; <see cref="UploadErrorCode.ChunkOutOfRange"/>.</exception>
    public ChunkPlan Learn(int index, long length)
    {
        if (!IsOpen || Locate(index) is not null)
        {
            return this;
        }

        var isLast = Count is { } count ? index == count - 1 : Size is { } size && index == 0 && length >= size;
        if (length <= 0 && !(isLast && index == 0))
        {
            throw WrongLength(index, length);
        }

        if (isLast && index == 0)
        {
            return length != (Size ?? length) || length > (ChunkSize ?? length)
                ? throw WrongLength(index, length)
                : For(length, ChunkSize ?? Math.Max(1, length));
        }

        if (!isLast)
        {
            // Without a count, only chunk 0 is sure to have the chunk size, and none may be longer than what was said.
            return length > ChunkSize ? throw WrongLength(index, length)
                : ChunkSize is not null || (Count is null && index > 0) ? this
                : (this with { ChunkSize = length }).Close();
        }

        if (ChunkSize is not { } chunkSize)
        {
            // Where the file's size was said, the last chunk tells the others' by what it leaves to them.
            var before = Size - length;
            return before is null ? this
                : before % index == 0 && before >= index * length
                    ? (this with { ChunkSize = before / index }).Close()
                : throw WrongLength(index, length);
        }

        return length > chunkSize ? throw WrongLength(index, length) : For((index * chunkSize) + length, chunkSize);
    }

    /// <summary>Fills in what follows from the rest, and refuses what contradicts itself.</summary>
    ChunkPlan Close()
    {
        // However long the last chunk will be, those before it have to fit.
        if (ChunkSize > MaxSize / Math.Max(1, (Count ?? 1) - 1) && Size is null)
        {
            throw UploadException.TooLarge(MaxSize);
        }

        if (Size is not { } size || ChunkSize is not { } chunkSize)
        {
            return this;
        }

        var closed = For(size, chunkSize);
        return Count is { } count && count != Math.Max(1, closed.Count!.Value)
            ? throw new UploadException(
                UploadErrorCode.ChunkLengthMismatch,
                $"{size} bytes in chunks of {chunkSize} are {closed.Count} chunks, not {count}.")
            : closed;
    }

    static bool AreCompatible<T>(T? one, T? other)
        where T : struct, IEquatable<T> => one is not { } a || other is not { } b || a.Equals(b);

    static UploadException WrongLength(int index, long length) =>
        new(UploadErrorCode.ChunkLengthMismatch, $"Chunk {index} cannot have {length} bytes.");
}
