using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ChunkUploader.Domain.Hashing;

/// <summary>
/// Hashes several streams side by side. One MD5 leaves most of a core idle, as each of its steps waits for the one
/// before; in the lanes of vector registers other streams take the same steps at the same time. Two streams take less
/// time so than one after the other, and sixteen hardly more than two.
/// </summary>
/// <remarks>Known as multi-buffer hashing.</remarks>
public abstract class Md5Lanes
{
    /// <summary>The ways that this processor has, the one with the most lanes first; perhaps none.</summary>
    public static IReadOnlyList<Md5Lanes> Supported { get; } = [.. Find()];

    /// <summary>How many streams go side by side at most.</summary>
    public abstract int Count { get; }

    /// <summary>Appends the same number of bytes to each stream.</summary>
    /// <param name="streams">Up to <see cref="Count"/>.</param>
    /// <param name="bytes">The bytes of all of them.</param>
    /// <param name="offsets">Where in <paramref name="bytes"/> those of each stream begin.</param>
    /// <param name="length">How many bytes there are of each.</param>
    public void Append(
        ReadOnlySpan<ResumableMd5> streams, ReadOnlySpan<byte> bytes, ReadOnlySpan<int> offsets, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(streams.Length, Count);
        Span<int> starts = stackalloc int[Count];
        var blocks = streams.Length > 1 ? length / ResumableMd5.BlockLength : 0;
        for (var i = 0; i < streams.Length; i++)
        {
            var row = bytes.Slice(offsets[i], length);
            var head = Math.Min(length, streams[i].BytesToBlockEnd);
            streams[i].Append(row[..head]);
            starts[i] = offsets[i] + head;
            blocks = Math.Min(blocks, (length - head) / ResumableMd5.BlockLength);
        }

        if (blocks > 0)
        {
            Compress(streams, in MemoryMarshal.GetReference(bytes), starts, blocks);
        }

        for (var i = 0; i < streams.Length; i++)
        {
            streams[i].Append(bytes[(starts[i] + (blocks * ResumableMd5.BlockLength))..(offsets[i] + length)]);
        }
    }

    /// <param name="starts">Where each stream's blocks begin, with room for all lanes. Every block was seen to lie in
    /// <paramref name="bytes"/>.</param>
    private protected abstract void Compress(
        ReadOnlySpan<ResumableMd5> streams, ref readonly byte bytes, Span<int> starts, int blocks);

    static IEnumerable<Md5Lanes> Find()
    {
        if (Avx512F.IsSupported)
        {
            yield return new Of<Vector512<uint>, Md5Lanes16>();
        }

        if (Avx2.IsSupported)
        {
            yield return new Of<Vector256<uint>, Md5Lanes8>();
        }
    }

    sealed class Of<TVector, TLanes> : Md5Lanes
        where TVector : unmanaged
        where TLanes : IMd5Lanes<TVector>
    {
        const int WordsInBlock = ResumableMd5.BlockLength / sizeof(uint);

        public override int Count => TLanes.Count;

        private protected override void Compress(
            ReadOnlySpan<ResumableMd5> streams, ref readonly byte bytes, Span<int> starts, int blocks)
        {
            starts[streams.Length..].Fill(starts[0]); // a lane without a stream follows the first, for nobody
            var chain = Join(streams);
            Span<TVector> vectors = stackalloc TVector[WordsInBlock];
            ref var words = ref MemoryMarshal.GetReference(vectors);
            for (var i = 0; i < blocks; i++)
            {
                ref readonly var block = ref Unsafe.Add(ref Unsafe.AsRef(in bytes), i * ResumableMd5.BlockLength);
                TLanes.Transpose(in block, starts, ref words);
                Md5Rounds<TVector, TLanes>.Compress(ref chain, in words, 1);
            }

            Split(chain, streams, blocks * ResumableMd5.BlockLength);
        }

        static Md5Chain<TVector> Join(ReadOnlySpan<ResumableMd5> streams)
        {
            Span<TVector> vectors = stackalloc TVector[4];
            vectors.Clear();
            var words = MemoryMarshal.Cast<TVector, uint>(vectors);
            for (var i = 0; i < streams.Length; i++)
            {
                var chain = streams[i].State.Chain;
                words[i] = chain.A;
                words[TLanes.Count + i] = chain.B;
                words[(2 * TLanes.Count) + i] = chain.C;
                words[(3 * TLanes.Count) + i] = chain.D;
            }

            return new(vectors[0], vectors[1], vectors[2], vectors[3]);
        }

        static void Split(Md5Chain<TVector> chain, ReadOnlySpan<ResumableMd5> streams, int length)
        {
            ReadOnlySpan<TVector> vectors = [chain.A, chain.B, chain.C, chain.D];
            var words = MemoryMarshal.Cast<TVector, uint>(vectors);
            for (var i = 0; i < streams.Length; i++)
            {
                streams[i].State = new Md5State(
                    streams[i].State.Length + length,
                    new Md5Chain<uint>(
                        words[i],
                        words[TLanes.Count + i],
                        words[(2 * TLanes.Count) + i],
                        words[(3 * TLanes.Count) + i]));
            }
        }
    }
}
