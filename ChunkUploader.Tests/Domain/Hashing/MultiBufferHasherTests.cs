using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Hashing;

/// <summary>Digests that are appended to side by side.</summary>
[TestFixture]
public class MultiBufferHasherTests
{
    static readonly byte[] Bytes = Sample.Of(10 * Sample.MiB);

    [Test]
    public void Each_gets_its_own_digests_over_runs_of_different_lengths() =>
        Chance.Check(
            Chance.Sources,
            source =>
            {
                foreach (var lanes in Md5Lanes.Supported)
                {
                    Check(lanes, source.Random);
                }
            },
            tests: 10);

    [Test]
    public void One_that_was_disposed_is_left_out()
    {
        foreach (var lanes in Md5Lanes.Supported)
        {
            var digests = Enumerable.Range(0, 3).Select(_ => New(1000)).ToArray();
            digests[1].Dispose();
            MultiBufferHasher.Append(lanes, digests, Bytes, [(0, 1000), (1000, 1000), (2000, 1000)]);
            Assert.That(digests.Select(digest => digest.Position), Is.EqualTo(new[] { 1000, 0, 1000 }));
            Assert.That(digests[0].CurrentMd5(), Is.EqualTo(Sample.Md5Of(Bytes[..1000])));
            Assert.That(digests[2].CurrentMd5(), Is.EqualTo(Sample.Md5Of(Bytes[2000..3000])));
            Assert.That(digests[2].Blocks[0], Is.EqualTo(Sample.Sha256Of(Bytes[2000..3000])));
            Array.ForEach(digests, digest => digest.Dispose());
        }
    }

    [Test]
    public async Task Disposed_failed_and_asked_by_others_meanwhile_they_come_to_no_harm()
    {
        foreach (var lanes in Md5Lanes.Supported)
        {
            for (var round = 0; round < 20; round++)
            {
                var digests = Enumerable.Range(0, 4).Select(_ => New(Sample.MiB)).ToArray();
                var kept = digests[3].ReachedAsync(Sample.MiB);
                var others = Task.Run(() =>
                {
                    digests[0].Dispose();
                    digests[1].Fail(new IOException("gone"));
                    digests[2].Advance(Sample.MiB, Sample.MiB);
                    Assert.That(digests[3].CurrentMd5(),
                        Is.AnyOf(Sample.Md5Of([]), Sample.Md5Of(Bytes[..Sample.MiB])), "never one in between");
                });
                MultiBufferHasher.Append(
                    lanes, digests, Bytes, [.. Enumerable.Repeat((0, Sample.MiB), digests.Length)]);
                await others;
                await kept;
                Assert.That(digests[2].CurrentMd5(), Is.EqualTo(Sample.Md5Of(Bytes[..Sample.MiB])));
                Array.ForEach(digests, digest => digest.Dispose());
            }
        }
    }

    static void Check(Md5Lanes lanes, Random random)
    {
        var contents = Enumerable.Range(0, random.Next(lanes.Count + 1))
            .Select(_ => Bytes[random.Next(Sample.MiB)..random.Next(Sample.MiB, Bytes.Length)])
            .ToArray();
        var digests = Array.ConvertAll(contents, content => New(content.Length));
        var memory = new byte[contents.Length * 6 * Sample.MiB];
        while (digests.Where((digest, i) => digest.Position < contents[i].Length).Any())
        {
            var runs = new (int Offset, int Length)[contents.Length];
            for (var i = 0; i < contents.Length; i++)
            {
                var rest = contents[i].AsSpan((int)digests[i].Position);
                runs[i] = (i * 6 * Sample.MiB, Math.Min(rest.Length, random.Next(6 * Sample.MiB)));
                rest[..runs[i].Length].CopyTo(memory.AsSpan(runs[i].Offset));
            }

            MultiBufferHasher.Append(lanes, digests, memory, runs);
        }

        for (var i = 0; i < contents.Length; i++)
        {
            var blocks = Sample.BlocksOf(contents[i]);
            Assert.That(digests[i].CurrentMd5(), Is.EqualTo(Sample.Md5Of(contents[i])));
            Assert.That(digests[i].Blocks.First(blocks.Length), Is.EqualTo(blocks));
            if (digests[i].ProgressSince(0) is { } progress)
            {
                var before = contents[i][..(int)progress.Position];
                using var resumed = new ResumableHasher(Id<Blob>.New(), digests[i].Blocks, progress.Md5);
                Assert.That(resumed.CurrentMd5(), Is.EqualTo(Sample.Md5Of(before)));
            }

            digests[i].Dispose();
        }
    }

    static ResumableHasher New(int size)
    {
        var digest = new ResumableHasher(Id<Blob>.New(), new BlockDigests());
        digest.Advance(size, size);
        return digest;
    }
}
