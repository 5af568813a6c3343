using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ChunkUploader.Domain.Completion;
using ChunkUploader.Domain.Hashing;

namespace ChunkUploader.Tests.Support.Core;

/// <summary>Bytes to upload, and what their digests have to be, worked out without the code under test.</summary>
static class Sample
{
    public const int KiB = 1024;
    public const int MiB = 1024 * 1024;

    /// <summary>Bytes that look random and are the same for the same seed.</summary>
    public static byte[] Of(int length, int seed = 1)
    {
        // SplitMix64: a seeded Random takes longer than all that is done with its bytes.
        var words = new ulong[(length / sizeof(ulong)) + 1];
        for (var i = 0; i < words.Length; i++)
        {
            var word = ((ulong)seed << 32) + ((ulong)(i + 1) * 0x9E3779B97F4A7C15);
            word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9;
            word = (word ^ (word >> 27)) * 0x94D049BB133111EB;
            words[i] = word ^ (word >> 31);
        }

        return MemoryMarshal.AsBytes(words.AsSpan())[..length].ToArray();
    }

    public static Md5Digest Md5Of(byte[] bytes) => new(CryptographicOperations.HashData(HashAlgorithmName.MD5, bytes));

    public static Sha256Digest Sha256Of(byte[] bytes) => new(SHA256.HashData(bytes));

    public static Sha256Digest[] BlocksOf(byte[] bytes) => [.. bytes.Chunk(4 * MiB).Select(Sha256Of)];

    public static ContentHash HashOf(byte[] bytes) =>
        new(new Sha256Digest(SHA256.HashData([.. bytes.Chunk(4 * MiB).SelectMany(SHA256.HashData)])));

    /// <summary>As a client works it out.</summary>
    public static Sha256Digest AnswerTo(PossessionChallenge challenge, byte[] bytes) =>
        Sha256Of(
        [
            .. challenge.Nonce,
            .. challenge.Ranges().SelectMany(range => bytes.AsSpan((int)range.Offset, range.Length).ToArray()),
        ]);

    /// <summary>The bytes as they come from a socket, in runs of odd lengths.</summary>
    public static PipeReader Body(byte[] bytes, int run = 61_441) =>
        PipeReader.Create(new RunStream(bytes, run), new StreamPipeReaderOptions(bufferSize: 16 * KiB));

    /// <summary>The bytes in segments of a length.</summary>
    public static ReadOnlySequence<byte> Segments(byte[] bytes, int length)
    {
        if (bytes.Length == 0)
        {
            return default;
        }

        Segment? first = null, last = null;
        foreach (var run in bytes.Chunk(length))
        {
            last = new Segment(run, last);
            first ??= last;
        }

        return new ReadOnlySequence<byte>(first!, 0, last!, last!.Memory.Length);
    }

    sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, Segment? previous)
        {
            Memory = bytes;
            if (previous is not null)
            {
                RunningIndex = previous.RunningIndex + previous.Memory.Length;
                previous.Next = this;
            }
        }
    }

    sealed class RunStream(byte[] bytes, int run) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(run, buffer.Length)], cancellationToken);
    }
}
