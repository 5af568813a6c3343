using System.Diagnostics.CodeAnalysis;

namespace ChunkUploader.Domain.Hashing;

/// <summary>
/// The arithmetic of MD5 on words of some width: on one number, or on a vector whose every lane is a number of another
/// stream. The round functions take the sum that they are added to, so that a width can choose in which order.
/// </summary>
interface IMd5Arithmetic<TWord>
    where TWord : unmanaged
{
    /// <summary>A constant, in every lane.</summary>
    static abstract TWord Constant(uint value);

    /// <summary>A word as it lies in memory, where it is little-endian.</summary>
    static abstract TWord Read(TWord word);

    static abstract TWord Add(TWord x, TWord y);

    static abstract TWord RotateLeft(TWord x, [ConstantExpected] byte count);

    /// <summary><paramref name="sum"/> + ((b and c) or (not b and d)).</summary>
    static abstract TWord AddF(TWord sum, TWord b, TWord c, TWord d);

    /// <summary><paramref name="sum"/> + ((b and d) or (c and not d)).</summary>
    static abstract TWord AddG(TWord sum, TWord b, TWord c, TWord d);

    /// <summary><paramref name="sum"/> + (b xor c xor d).</summary>
    static abstract TWord AddH(TWord sum, TWord b, TWord c, TWord d);

    /// <summary><paramref name="sum"/> + (c xor (b or not d)).</summary>
    static abstract TWord AddI(TWord sum, TWord b, TWord c, TWord d);
}
