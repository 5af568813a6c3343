using System.Security.Cryptography;
using System.Text.Json;

namespace ChunkUploader.Tests.Support;

/// <summary>A file to upload, with digests made without the application's code.</summary>
public sealed class TestFile(string name, byte[] bytes)
{
    const int BlockSize = 4 * 1024 * 1024;
    static int _count;

#pragma warning disable CA5351 // The key that files are looked up by.
    readonly Lazy<string> _md5 = new(() => Hex(MD5.HashData(bytes)));
#pragma warning restore CA5351
    readonly Lazy<byte[][]> _blocks = new(() => [.. bytes.Chunk(BlockSize).Select(SHA256.HashData)]);

    public string Name => name;

    public byte[] Bytes => bytes;

    public int Size => bytes.Length;

    public string Md5 => _md5.Value;

    /// <summary>SHA-256 over the SHA-256 digests of the blocks of 4 MiB.</summary>
    public string ContentHash => Hex(SHA256.HashData(_blocks.Value.SelectMany(block => block).ToArray()));

    public string[] Blocks => [.. _blocks.Value.Select(Hex)];

    public string? FirstBlock => Blocks.FirstOrDefault();

    /// <summary>Random bytes under a name that no other test uses.</summary>
    public static TestFile Random(int size, string? name = null) =>
        new(name ?? $"file {Interlocked.Increment(ref _count)}.bin", RandomNumberGenerator.GetBytes(size));

    /// <summary>The same bytes under another name.</summary>
    public TestFile Named(string other) => new(other, bytes);

    public Memory<byte> Chunk(int index, int chunkSize) =>
        bytes.AsMemory(index * chunkSize, Math.Min(chunkSize, bytes.Length - (index * chunkSize)));

    /// <summary>The right answer to a challenge.</summary>
    public string Answer(JsonElement challenge)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Convert.FromHexString(challenge.GetProperty("nonce").GetString()!));
        foreach (var range in challenge.GetProperty("ranges").EnumerateArray())
        {
            hash.AppendData(bytes, range[0].GetInt32(), range[1].GetInt32());
        }

        return Hex(hash.GetHashAndReset());
    }

    /// <summary>The digest of some bytes, in the hex digits of the API.</summary>
    public static string Sha256(ReadOnlySpan<byte> bytes) => Hex(SHA256.HashData(bytes));

    static string Hex(byte[] digest) => Convert.ToHexStringLower(digest);
}
