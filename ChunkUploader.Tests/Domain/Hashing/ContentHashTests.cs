using System.Text;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Hashing;

/// <summary>The content hash is the one that Dropbox publishes.</summary>
[TestFixture]
public class ContentHashTests
{
    /// <summary>Printed by sha256sum alone: of no bytes, and of the 32 bytes that are the SHA-256 of "abc".</summary>
    [TestCase("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [TestCase("abc", "4f8b42c22dd3729b519ba6f68d2da7cc5b2d606d05daed5ad5128cc03e6c6358")]
    public void Is_the_hash_of_the_blocks_hashes(string text, string expected)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        Assert.That(ContentHash.Of(Sample.BlocksOf(bytes)).ToString(), Is.EqualTo(expected));
    }

    [TestCase(1)]
    [TestCase((4 * Sample.MiB) - 1)]
    [TestCase(4 * Sample.MiB)]
    [TestCase((4 * Sample.MiB) + 1)]
    [TestCase((12 * Sample.MiB) + 12345)]
    public void Is_what_sha256_makes_of_the_concatenated_digests(int length)
    {
        var bytes = Sample.Of(length);
        using var hasher = new BlockHasher();
        hasher.Append(bytes);
        Assert.That(ContentHash.Of(hasher.Finish()), Is.EqualTo(Sample.HashOf(bytes)));
    }

    [Test]
    public void Depends_on_the_order_of_the_blocks()
    {
        var blocks = Sample.BlocksOf(Sample.Of(8 * Sample.MiB));
        Assert.That(ContentHash.Of([blocks[1], blocks[0]]), Is.Not.EqualTo(ContentHash.Of(blocks)));
    }

    [Test]
    public void Is_read_as_it_is_written()
    {
        var hash = Sample.HashOf(Sample.Of(10));
        Assert.That(ContentHash.TryParse(hash.ToString(), out var parsed), Is.True);
        Assert.That(parsed, Is.EqualTo(hash));
        Assert.That(hash.ToString(), Does.Match("^[0-9a-f]{64}$"));
    }
}
