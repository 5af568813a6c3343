namespace ChunkUploader.Domain.Hashing;

/// <summary>Arithmetic on vectors whose every lane belongs to another stream.</summary>
interface IMd5Lanes<TVector> : IMd5Arithmetic<TVector>
    where TVector : unmanaged
{
    /// <summary>How many streams go side by side.</summary>
    static abstract int Count { get; }

    /// <summary>
    /// Turns a block of each stream, 16 words in a row, into 16 vectors, each of one word of every stream.
    /// </summary>
    /// <param name="offsets">Where each stream's block begins, in bytes from <paramref name="bytes"/>.</param>
    static abstract void Transpose(ref readonly byte bytes, ReadOnlySpan<int> offsets, ref TVector block);
}
