using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace ChunkUploader.Domain.Hashing;

/// <summary>
/// MD5's compression function (RFC 1321, 3.4), on words of any width: the text is the same for one stream and for many
/// side by side, and the compiler makes straight code of it for each width.
/// </summary>
/// <remarks>
/// Each step waits for the one before it, so its time is that of the longest chain through a step, not the number of
/// its operations. What does not depend on the step before, <c>a + word + constant</c>, is therefore summed first. This
/// and the forms of the round functions are folklore of those who make MD5 fast.
/// </remarks>
static class Md5Rounds<TWord, TArithmetic>
    where TWord : unmanaged
    where TArithmetic : IMd5Arithmetic<TWord>
{
    const int WordsInBlock = 16;

    /// <summary>Takes <paramref name="count"/> blocks of 16 words each, which lie one behind the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compress(ref Md5Chain<TWord> chain, ref readonly TWord blocks, int count)
    {
        var (a, b, c, d) = chain;
        ref readonly var block = ref blocks;
        for (; count > 0; count--)
        {
            var (oldA, oldB, oldC, oldD) = (a, b, c, d);

            a = F(a, b, c, d, Word(in block, 0), 7, 0xD76AA478);
            d = F(d, a, b, c, Word(in block, 1), 12, 0xE8C7B756);
            c = F(c, d, a, b, Word(in block, 2), 17, 0x242070DB);
            b = F(b, c, d, a, Word(in block, 3), 22, 0xC1BDCEEE);
            a = F(a, b, c, d, Word(in block, 4), 7, 0xF57C0FAF);
            d = F(d, a, b, c, Word(in block, 5), 12, 0x4787C62A);
            c = F(c, d, a, b, Word(in block, 6), 17, 0xA8304613);
            b = F(b, c, d, a, Word(in block, 7), 22, 0xFD469501);
            a = F(a, b, c, d, Word(in block, 8), 7, 0x698098D8);
            d = F(d, a, b, c, Word(in block, 9), 12, 0x8B44F7AF);
            c = F(c, d, a, b, Word(in block, 10), 17, 0xFFFF5BB1);
            b = F(b, c, d, a, Word(in block, 11), 22, 0x895CD7BE);
            a = F(a, b, c, d, Word(in block, 12), 7, 0x6B901122);
            d = F(d, a, b, c, Word(in block, 13), 12, 0xFD987193);
            c = F(c, d, a, b, Word(in block, 14), 17, 0xA679438E);
            b = F(b, c, d, a, Word(in block, 15), 22, 0x49B40821);

            a = G(a, b, c, d, Word(in block, 1), 5, 0xF61E2562);
            d = G(d, a, b, c, Word(in block, 6), 9, 0xC040B340);
            c = G(c, d, a, b, Word(in block, 11), 14, 0x265E5A51);
            b = G(b, c, d, a, Word(in block, 0), 20, 0xE9B6C7AA);
            a = G(a, b, c, d, Word(in block, 5), 5, 0xD62F105D);
            d = G(d, a, b, c, Word(in block, 10), 9, 0x02441453);
            c = G(c, d, a, b, Word(in block, 15), 14, 0xD8A1E681);
            b = G(b, c, d, a, Word(in block, 4), 20, 0xE7D3FBC8);
            a = G(a, b, c, d, Word(in block, 9), 5, 0x21E1CDE6);
            d = G(d, a, b, c, Word(in block, 14), 9, 0xC33707D6);
            c = G(c, d, a, b, Word(in block, 3), 14, 0xF4D50D87);
            b = G(b, c, d, a, Word(in block, 8), 20, 0x455A14ED);
            a = G(a, b, c, d, Word(in block, 13), 5, 0xA9E3E905);
            d = G(d, a, b, c, Word(in block, 2), 9, 0xFCEFA3F8);
            c = G(c, d, a, b, Word(in block, 7), 14, 0x676F02D9);
            b = G(b, c, d, a, Word(in block, 12), 20, 0x8D2A4C8A);

            a = H(a, b, c, d, Word(in block, 5), 4, 0xFFFA3942);
            d = H(d, a, b, c, Word(in block, 8), 11, 0x8771F681);
            c = H(c, d, a, b, Word(in block, 11), 16, 0x6D9D6122);
            b = H(b, c, d, a, Word(in block, 14), 23, 0xFDE5380C);
            a = H(a, b, c, d, Word(in block, 1), 4, 0xA4BEEA44);
            d = H(d, a, b, c, Word(in block, 4), 11, 0x4BDECFA9);
            c = H(c, d, a, b, Word(in block, 7), 16, 0xF6BB4B60);
            b = H(b, c, d, a, Word(in block, 10), 23, 0xBEBFBC70);
            a = H(a, b, c, d, Word(in block, 13), 4, 0x289B7EC6);
            d = H(d, a, b, c, Word(in block, 0), 11, 0xEAA127FA);
            c = H(c, d, a, b, Word(in block, 3), 16, 0xD4EF3085);
            b = H(b, c, d, a, Word(in block, 6), 23, 0x04881D05);
            a = H(a, b, c, d, Word(in block, 9), 4, 0xD9D4D039);
            d = H(d, a, b, c, Word(in block, 12), 11, 0xE6DB99E5);
            c = H(c, d, a, b, Word(in block, 15), 16, 0x1FA27CF8);
            b = H(b, c, d, a, Word(in block, 2), 23, 0xC4AC5665);

            a = I(a, b, c, d, Word(in block, 0), 6, 0xF4292244);
            d = I(d, a, b, c, Word(in block, 7), 10, 0x432AFF97);
            c = I(c, d, a, b, Word(in block, 14), 15, 0xAB9423A7);
            b = I(b, c, d, a, Word(in block, 5), 21, 0xFC93A039);
            a = I(a, b, c, d, Word(in block, 12), 6, 0x655B59C3);
            d = I(d, a, b, c, Word(in block, 3), 10, 0x8F0CCC92);
            c = I(c, d, a, b, Word(in block, 10), 15, 0xFFEFF47D);
            b = I(b, c, d, a, Word(in block, 1), 21, 0x85845DD1);
            a = I(a, b, c, d, Word(in block, 8), 6, 0x6FA87E4F);
            d = I(d, a, b, c, Word(in block, 15), 10, 0xFE2CE6E0);
            c = I(c, d, a, b, Word(in block, 6), 15, 0xA3014314);
            b = I(b, c, d, a, Word(in block, 13), 21, 0x4E0811A1);
            a = I(a, b, c, d, Word(in block, 4), 6, 0xF7537E82);
            d = I(d, a, b, c, Word(in block, 11), 10, 0xBD3AF235);
            c = I(c, d, a, b, Word(in block, 2), 15, 0x2AD7D2BB);
            b = I(b, c, d, a, Word(in block, 9), 21, 0xEB86D391);

            a = TArithmetic.Add(a, oldA);
            b = TArithmetic.Add(b, oldB);
            c = TArithmetic.Add(c, oldC);
            d = TArithmetic.Add(d, oldD);
            block = ref Unsafe.Add(ref Unsafe.AsRef(in block), WordsInBlock);
        }

        chain = new(a, b, c, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TWord F(TWord a, TWord b, TWord c, TWord d, TWord word, [ConstantExpected] byte shift, uint constant) =>
        RotateAndAdd(TArithmetic.AddF(Sum(a, word, constant), b, c, d), shift, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TWord G(TWord a, TWord b, TWord c, TWord d, TWord word, [ConstantExpected] byte shift, uint constant) =>
        RotateAndAdd(TArithmetic.AddG(Sum(a, word, constant), b, c, d), shift, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TWord H(TWord a, TWord b, TWord c, TWord d, TWord word, [ConstantExpected] byte shift, uint constant) =>
        RotateAndAdd(TArithmetic.AddH(Sum(a, word, constant), b, c, d), shift, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TWord I(TWord a, TWord b, TWord c, TWord d, TWord word, [ConstantExpected] byte shift, uint constant) =>
        RotateAndAdd(TArithmetic.AddI(Sum(a, word, constant), b, c, d), shift, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TWord Word(ref readonly TWord block, int index) =>
        TArithmetic.Read(Unsafe.ReadUnaligned<TWord>(
            ref Unsafe.As<TWord, byte>(ref Unsafe.Add(ref Unsafe.AsRef(in block), index))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TWord Sum(TWord a, TWord word, uint constant) =>
        TArithmetic.Add(a, TArithmetic.Add(word, TArithmetic.Constant(constant)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TWord RotateAndAdd(TWord sum, [ConstantExpected] byte shift, TWord b) =>
        TArithmetic.Add(TArithmetic.RotateLeft(sum, shift), b);
}
