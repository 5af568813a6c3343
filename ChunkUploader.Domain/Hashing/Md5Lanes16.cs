using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Vector = System.Runtime.Intrinsics.Vector512<uint>;

namespace ChunkUploader.Domain.Hashing;

/// <summary>
/// Sixteen streams in the lanes of AVX-512's registers, where a rotation and any function of three words are one
/// instruction each. The functions are given as their truth tables, indexed by the bits of b, c, d.
/// </summary>
readonly struct Md5Lanes16 : IMd5Lanes<Vector>
{
    const int Group = 4;

    public static int Count => Vector.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Constant(uint value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Read(Vector word) => word;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Add(Vector x, Vector y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector RotateLeft(Vector x, [ConstantExpected] byte count) => Avx512F.RotateLeft(x, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector AddF(Vector sum, Vector b, Vector c, Vector d) =>
        sum + Avx512F.TernaryLogic(b, c, d, 0b1100_1010);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector AddG(Vector sum, Vector b, Vector c, Vector d) =>
        sum + Avx512F.TernaryLogic(b, c, d, 0b1110_0100);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector AddH(Vector sum, Vector b, Vector c, Vector d) =>
        sum + Avx512F.TernaryLogic(b, c, d, 0b1001_0110);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector AddI(Vector sum, Vector b, Vector c, Vector d) =>
        sum + Avx512F.TernaryLogic(b, c, d, 0b0011_1001);

    // The sixteen rows are squares of four words, four in a vector. The words are turned within each square, then the
    // squares are brought to their places.
    public static void Transpose(ref readonly byte bytes, ReadOnlySpan<int> offsets, ref Vector block)
    {
        for (var group = 0; group < Vector.Count; group += Group)
        {
            TurnWords(in bytes, offsets.Slice(group, Group), ref Unsafe.Add(ref block, group));
        }

        for (var word = 0; word < Group; word++)
        {
            PlaceSquares(ref Unsafe.Add(ref block, word));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void TurnWords(ref readonly byte bytes, ReadOnlySpan<int> offsets, ref Vector words)
    {
        var (row0, row1) = (Row(in bytes, offsets[0]), Row(in bytes, offsets[1]));
        var (row2, row3) = (Row(in bytes, offsets[2]), Row(in bytes, offsets[3]));
        var (low01, high01) = (Avx512F.UnpackLow(row0, row1).AsUInt64(), Avx512F.UnpackHigh(row0, row1).AsUInt64());
        var (low23, high23) = (Avx512F.UnpackLow(row2, row3).AsUInt64(), Avx512F.UnpackHigh(row2, row3).AsUInt64());
        words = Avx512F.UnpackLow(low01, low23).AsUInt32();
        Unsafe.Add(ref words, 1) = Avx512F.UnpackHigh(low01, low23).AsUInt32();
        Unsafe.Add(ref words, 2) = Avx512F.UnpackLow(high01, high23).AsUInt32();
        Unsafe.Add(ref words, 3) = Avx512F.UnpackHigh(high01, high23).AsUInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void PlaceSquares(ref Vector words)
    {
        const byte Even = 0b10_00_10_00;
        const byte Odd = 0b11_01_11_01;
        ref var words1 = ref Unsafe.Add(ref words, Group);
        ref var words2 = ref Unsafe.Add(ref words1, Group);
        ref var words3 = ref Unsafe.Add(ref words2, Group);
        var (even01, odd01) = (Avx512F.Shuffle4x128(words, words1, Even), Avx512F.Shuffle4x128(words, words1, Odd));
        var (even23, odd23) = (Avx512F.Shuffle4x128(words2, words3, Even), Avx512F.Shuffle4x128(words2, words3, Odd));
        words = Avx512F.Shuffle4x128(even01, even23, Even);
        words1 = Avx512F.Shuffle4x128(odd01, odd23, Even);
        words2 = Avx512F.Shuffle4x128(even01, even23, Odd);
        words3 = Avx512F.Shuffle4x128(odd01, odd23, Odd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector Row(ref readonly byte bytes, int offset) =>
        Vector512.LoadUnsafe(in bytes, (nuint)offset).AsUInt32();
}
