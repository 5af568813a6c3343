using System.Text;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Hashing;

/// <summary>MD5 of bytes that come bit by bit, compared with the runtime's.</summary>
[TestFixture]
public class ResumableMd5Tests
{
    static readonly byte[] Bytes = Sample.Of(300_000);

    /// <summary>RFC 1321, A.5.</summary>
    [TestCase("", "d41d8cd98f00b204e9800998ecf8427e")]
    [TestCase("a", "0cc175b9c0f1b6a831c399e269772661")]
    [TestCase("abc", "900150983cd24fb0d6963f7d28e17f72")]
    [TestCase("message digest", "f96b697d7cb7938d525a2f31aaf161d0")]
    [TestCase("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b")]
    [TestCase("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "d174ab98d277d9f5a5611c2c9f419d9f")]
    [TestCase(
        "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
        "57edf4a22be3c955ac49da2e2107b67a")]
    public void Is_that_of_the_standards_examples(string text, string digest)
    {
        var md5 = new ResumableMd5();
        md5.Append(Encoding.ASCII.GetBytes(text));
        Assert.That(md5.Current().ToString(), Is.EqualTo(digest));
    }

    [Test]
    public void Of_every_short_length_is_right()
    {
        for (var length = 0; length <= 300; length++)
        {
            var md5 = new ResumableMd5();
            md5.Append(Bytes.AsSpan(0, length));
            Assert.That(md5.Current(), Is.EqualTo(Sample.Md5Of(Bytes[..length])), $"of {length} bytes");
        }
    }

    [Test]
    public void Does_not_depend_on_how_the_bytes_are_cut_nor_on_being_saved_in_between() =>
        Chance.Check(Chance.Sources, source =>
        {
            var random = source.Random;
            var start = random.Next(64);
            var bytes = Bytes[start..random.Next(start, random.Next(start, Bytes.Length))];
            var md5 = new ResumableMd5();
            for (var at = 0; at < bytes.Length;)
            {
                var take = Math.Min(bytes.Length - at, random.Next(3) switch
                {
                    0 => random.Next(130),
                    1 => random.Next(20) * ResumableMd5.BlockLength,
                    _ => random.Next(bytes.Length + 1),
                });
                md5.Append(bytes.AsSpan(at, take));
                at += take;
                Assert.That(md5.Length, Is.EqualTo(at));
                if (at % ResumableMd5.BlockLength == 0)
                {
                    md5 = new ResumableMd5(new Md5State(at, md5.State.ToBytes()));
                }

                if (random.Next(4) == 0)
                {
                    Assert.That(md5.Current(), Is.EqualTo(Sample.Md5Of(bytes[..at])));
                }
            }

            Assert.That(md5.Current(), Is.EqualTo(Sample.Md5Of(bytes)));
        });

    [Test]
    public void Counts_bits_beyond_32()
    {
        // 512 MiB + 64 bytes have 2^32 + 512 bits. Of as many zeros, md5sum says this.
        var zeros = new byte[Sample.MiB];
        var md5 = new ResumableMd5();
        for (var i = 0; i < 512; i++)
        {
            md5.Append(zeros);
        }

        md5.Append(zeros.AsSpan(0, 64));
        Assert.That(md5.Current().ToString(), Is.EqualTo("86d6d3e2fba02caee5d80c9d0246acf5"));
    }

    [Test]
    public void Can_be_saved_only_where_a_block_ends()
    {
        var md5 = new ResumableMd5();
        md5.Append(Bytes.AsSpan(0, 63));
        Assert.Throws<InvalidOperationException>(() => _ = md5.State);
        md5.Append(Bytes.AsSpan(63, 1));
        Assert.That(md5.State, Is.EqualTo(new Md5State(64, md5.State.ToBytes())));
        Assert.That(md5.State.ToBytes(), Has.Length.EqualTo(Md5State.ByteLength));

        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new Md5State(63, md5.State.ToBytes()));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new Md5State(-64, md5.State.ToBytes()));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new Md5State(64, new byte[15]));
    }
}
