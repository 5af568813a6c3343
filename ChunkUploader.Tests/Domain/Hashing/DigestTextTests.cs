using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Hashing;

/// <summary>Digests and ids as people and programs write them.</summary>
[TestFixture]
public class DigestTextTests
{
    static readonly string Md5 = Sample.Md5Of([1]).ToString();
    static readonly string Sha256 = Sample.Sha256Of([1]).ToString();

    [Test]
    public void Is_read_as_it_is_written()
    {
        Assert.That(Md5Digest.TryParse(Md5, out var md5) && md5 == Sample.Md5Of([1]));
        Assert.That(Sha256Digest.TryParse(Sha256, out var sha256) && sha256 == Sample.Sha256Of([1]));
        Assert.That(Md5, Is.EqualTo("55a54008ad1ba589aa210d2629c1df41"));
    }

    [Test]
    public void Is_read_in_capitals_too()
    {
        Assert.That(Md5Digest.TryParse(Md5.ToUpperInvariant(), out var md5) && md5.ToString() == Md5);
        Assert.That(Sha256Digest.TryParse(Sha256.ToUpperInvariant(), out var sha256) && sha256.ToString() == Sha256);
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("55a54008ad1ba589aa210d2629c1df4")]
    [TestCase("55a54008ad1ba589aa210d2629c1df411")]
    [TestCase("55a54008ad1ba589aa210d2629c1df4g")]
    [TestCase("0x55a54008ad1ba589aa210d2629c1df")]
    [TestCase("55a54008ad1ba589aa210d2629c1df4１")]
    public void Is_not_read_from_anything_else(string? text)
    {
        Assert.That(Md5Digest.TryParse(text, out _), Is.False);
        Assert.That(Sha256Digest.TryParse(text + text, out _), Is.False);
        Assert.That(Id<Blob>.TryParse(text, out _), Is.False);
    }

    [Test]
    public void Leading_zeros_are_kept()
    {
        var bytes = new byte[32];
        bytes[31] = 7;
        Assert.That(new Sha256Digest(bytes).ToString(), Is.EqualTo(new string('0', 63) + "7"));
        Assert.That(new Md5Digest(bytes.AsSpan(16)).ToString(), Is.EqualTo(new string('0', 31) + "7"));
        Assert.That(Id<Blob>.FromBytes(bytes.AsSpan(16)).ToString(), Is.EqualTo(new string('0', 31) + "7"));
    }

    [Test]
    public void An_id_is_random_and_read_only_as_it_is_written()
    {
        var id = Id<Blob>.New();
        Assert.That(Id<Blob>.TryParse(id.ToString(), out var parsed) && parsed == id);
        Assert.That(Id<Blob>.FromBytes(id.ToBytes()), Is.EqualTo(id));
        Assert.That(Enumerable.Range(0, 1000).Select(_ => Id<Blob>.New()), Is.Unique);
        Assert.That(Id<Blob>.TryParse("ABCDEF00112233445566778899aabbcc", out _), Is.False,
            "an id that has two spellings would be two names of one file");
    }
}
