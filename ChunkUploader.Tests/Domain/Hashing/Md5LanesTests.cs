using System.Runtime.Intrinsics.X86;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Hashing;

/// <summary>Many MD5s side by side, compared with the runtime's, in every way that this processor has.</summary>
[TestFixture]
public class Md5LanesTests
{
    static readonly byte[] Bytes = Sample.Of(200_000);

    [Test]
    public void Go_sixteen_or_eight_at_a_time_as_the_processor_can() =>
        Assert.That(Md5Lanes.Supported.Select(lanes => lanes.Count),
            Is.EqualTo(new[] { (16, Avx512F.IsSupported), (8, Avx2.IsSupported) }
                .Where(way => way.Item2)
                .Select(way => way.Item1)));

    [Test]
    public void Each_stream_gets_its_own_md5_whatever_the_others_are() =>
        Chance.Check(Chance.Sources, source =>
        {
            foreach (var lanes in Md5Lanes.Supported)
            {
                Check(lanes, source.Random);
            }
        });

    [Test]
    public void No_more_streams_than_lanes_and_no_bytes_from_outside()
    {
        foreach (var lanes in Md5Lanes.Supported)
        {
            var streams = Enumerable.Range(0, lanes.Count + 1).Select(_ => new ResumableMd5()).ToArray();
            Assert.Throws<ArgumentOutOfRangeException>(
                () => lanes.Append(streams, Bytes, new int[streams.Length], 64));
            Assert.Throws<ArgumentOutOfRangeException>(
                () => lanes.Append(streams.AsSpan(0, 2), Bytes, [0, Bytes.Length - 63], 64));
            Assert.Throws<ArgumentOutOfRangeException>(() => lanes.Append(streams.AsSpan(0, 2), Bytes, [0, -1], 64));
        }
    }

    static void Check(Md5Lanes lanes, Random random)
    {
        var streams = new ResumableMd5[random.Next(lanes.Count + 1)];
        var expected = new List<byte>[streams.Length];
        for (var i = 0; i < streams.Length; i++)
        {
            // Some are in the middle of a block.
            var head = Bytes[..(random.Next(2) * random.Next(200))];
            (streams[i], expected[i]) = (new ResumableMd5(), [.. head]);
            streams[i].Append(head);
        }

        for (var round = random.Next(4); round >= 0; round--)
        {
            var length = random.Next(3) switch
            {
                0 => random.Next(130),
                1 => random.Next(20) * ResumableMd5.BlockLength,
                _ => random.Next(10_000),
            };
            var offsets = streams.Select(_ => random.Next(Bytes.Length - length)).ToArray();
            lanes.Append(streams, Bytes, offsets, length);
            for (var i = 0; i < streams.Length; i++)
            {
                expected[i].AddRange(Bytes.AsSpan(offsets[i], length));
            }
        }

        for (var i = 0; i < streams.Length; i++)
        {
            Assert.That(streams[i].Length, Is.EqualTo(expected[i].Count));
            Assert.That(streams[i].Current(), Is.EqualTo(Sample.Md5Of([.. expected[i]])),
                $"stream {i} of {streams.Length} in {lanes.Count} lanes");
        }
    }
}
