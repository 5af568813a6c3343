using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Vector = System.Runtime.Intrinsics.Vector256<uint>;

namespace ChunkUploader.Domain.Hashing;

/// <summary>Eight streams in the lanes of AVX2's registers.</summary>
readonly struct Md5Lanes8 : IMd5Lanes<Vector>
{
    public static int Count => Vector.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Constant(uint value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Read(Vector word) => word;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Add(Vector x, Vector y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector RotateLeft(Vector x, [ConstantExpected] byte count) =>
        (x << count) | (x >>> (32 - count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector AddF(Vector sum, Vector b, Vector c, Vector d) => sum + (d ^ (b & (c ^ d)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector AddG(Vector sum, Vector b, Vector c, Vector d) => sum + Vector256.AndNot(c, d) + (d & b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector AddH(Vector sum, Vector b, Vector c, Vector d) => sum + (b ^ (c ^ d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector AddI(Vector sum, Vector b, Vector c, Vector d) => sum + (c ^ (b | ~d));

    // The eight rows are squares of four words, two in a vector. The words are turned within each square, then the
    // squares are brought to their places.
    public static void Transpose(ref readonly byte bytes, ReadOnlySpan<int> offsets, ref Vector block)
    {
        for (var half = 0; half < 2; half++)
        {
            var upper = Turn(in bytes, offsets[..4], half);
            var lower = Turn(in bytes, offsets[4..], half);
            ref var words = ref Unsafe.Add(ref block, half * Vector.Count);
            Place(upper.Word0, lower.Word0, ref words);
            Place(upper.Word1, lower.Word1, ref Unsafe.Add(ref words, 1));
            Place(upper.Word2, lower.Word2, ref Unsafe.Add(ref words, 2));
            Place(upper.Word3, lower.Word3, ref Unsafe.Add(ref words, 3));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector Word0, Vector Word1, Vector Word2, Vector Word3) Turn(
        ref readonly byte bytes, ReadOnlySpan<int> offsets, int half)
    {
        var (row0, row1) = (Row(in bytes, offsets[0], half), Row(in bytes, offsets[1], half));
        var (row2, row3) = (Row(in bytes, offsets[2], half), Row(in bytes, offsets[3], half));
        var (low01, high01) = (Avx2.UnpackLow(row0, row1).AsUInt64(), Avx2.UnpackHigh(row0, row1).AsUInt64());
        var (low23, high23) = (Avx2.UnpackLow(row2, row3).AsUInt64(), Avx2.UnpackHigh(row2, row3).AsUInt64());
        return (
            Avx2.UnpackLow(low01, low23).AsUInt32(),
            Avx2.UnpackHigh(low01, low23).AsUInt32(),
            Avx2.UnpackLow(high01, high23).AsUInt32(),
            Avx2.UnpackHigh(high01, high23).AsUInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector Row(ref readonly byte bytes, int offset, int half) =>
        Vector256.LoadUnsafe(in bytes, (nuint)(offset + (half * Unsafe.SizeOf<Vector>()))).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Place(Vector upper, Vector lower, ref Vector word)
    {
        const int Stride = 4;
        word = Avx2.Permute2x128(upper, lower, 0x20);
        Unsafe.Add(ref word, Stride) = Avx2.Permute2x128(upper, lower, 0x31);
    }
}
