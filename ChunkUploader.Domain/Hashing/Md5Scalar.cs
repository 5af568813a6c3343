using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace ChunkUploader.Domain.Hashing;

/// <summary>
/// One stream in general registers. The round functions are written for the shortest way from <c>b</c>, the word that
/// the step before has just made, to the sum: what is made of <c>c</c> and <c>d</c> alone is ready by then.
/// </summary>
readonly struct Md5Scalar : IMd5Arithmetic<uint>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Constant(uint value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Read(uint word) =>
        BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Add(uint x, uint y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint RotateLeft(uint x, [ConstantExpected] byte count) => BitOperations.RotateLeft(x, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint AddF(uint sum, uint b, uint c, uint d) => sum + (d ^ (b & (c ^ d)));

    // The two halves have no bit in common, so they may be added one by one: the first is added before b is there.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint AddG(uint sum, uint b, uint c, uint d) => sum + (~d & c) + (d & b);

    // (c | d) - (c & d) is c ^ d in words that the compiler cannot turn into (b ^ c) ^ d, which would wait for b twice.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint AddH(uint sum, uint b, uint c, uint d) => sum + (b ^ ((c | d) - (c & d)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint AddI(uint sum, uint b, uint c, uint d) => sum + (c ^ (b | ~d));
}
