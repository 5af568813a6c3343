using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Completion;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Tests.Support.Core;
using FsCheck;
using FsCheck.Fluent;
using Moq;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Completion;

/// <summary>Only who has the bytes can answer.</summary>
[TestFixture]
public class PossessionChallengeTests
{
    static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    static Gen<PossessionChallenge> Challenges(long first, long last) =>
        from size in Chance.Between(first, last)
        from source in Chance.Sources
        select Challenge(size, source.Random.Next());

    [Test]
    public void Asks_for_at_most_16_ranges_of_4_KiB_inside_the_file_in_order() =>
        Chance.Check(Challenges(0, ChunkPlan.MaxSize), challenge =>
        {
            var position = 0L;
            var ranges = challenge.Ranges();
            Assert.That(ranges, Has.Count.LessThanOrEqualTo(16));
            foreach (var (offset, length) in ranges)
            {
                Assert.That(length, Is.InRange(1, 4096));
                Assert.That(offset, Is.GreaterThanOrEqualTo(position));
                position = offset + length;
            }

            Assert.That(position, Is.LessThanOrEqualTo(challenge.Size));
        });

    [Test]
    public void Asks_for_all_of_a_small_file() =>
        Chance.Check(Challenges(1, 64 * 1024), challenge =>
            Assert.That(challenge.Ranges().Sum(range => (long)range.Length), Is.EqualTo(challenge.Size)));

    [Test]
    public void Asks_for_64_KiB_all_over_a_large_file() =>
        Chance.Check(Challenges((64 * 1024) + 1, ChunkPlan.MaxSize), challenge =>
        {
            var ranges = challenge.Ranges();
            Assert.That(ranges.Select(range => range.Length), Is.EqualTo(Enumerable.Repeat(4096, 16)));
            var sixteenth = challenge.Size / 16;
            Assert.That(ranges.Select(range => range.Offset / sixteenth), Is.EqualTo(Enumerable.Range(0, 16)));
        });

    [Test]
    public void The_ranges_follow_from_the_nonce_and_differ_with_it()
    {
        var one = Challenge(1L << 40, seed: 1);
        Assert.That((one with { Blob = Id<Blob>.New() }).Ranges(), Is.EqualTo(one.Ranges()));
        Assert.That(Challenge(1L << 40, seed: 2).Ranges(), Is.Not.EqualTo(one.Ranges()));
    }

    [Test]
    public void Has_a_nonce_of_32_random_bytes_and_holds_for_two_minutes()
    {
        var bytes = Sample.Of(10);
        var blob = new Blob
        {
            Id = Id<Blob>.New(),
            Size = 10,
            Md5 = Sample.Md5Of(bytes),
            ContentHash = Sample.HashOf(bytes),
            FirstBlock = null,
            StoredAt = Now,
            VerifiedAt = Now,
        };
        var (one, other) = (PossessionChallenge.New(blob, "home", Now), PossessionChallenge.New(blob, "home", Now));
        Assert.That((one.Blob, one.Size, one.ExpiresAt), Is.EqualTo((blob.Id, 10L, Now.AddMinutes(2))));
        Assert.That(one.Nonce, Has.Length.EqualTo(32).And.Not.EqualTo(other.Nonce));
    }

    [Test]
    public void Asks_one_address_for_the_same_ranges_all_day_however_often_it_asks()
    {
        var blob = new Blob
        {
            Id = Id<Blob>.New(),
            Size = 1L << 30,
            Md5 = default,
            ContentHash = default,
            FirstBlock = null,
            StoredAt = Now,
            VerifiedAt = Now,
        };
        var ranges = PossessionChallenge.New(blob, "home", Now.Date).Ranges();
        Assert.That(PossessionChallenge.New(blob, "home", Now.Date.AddHours(23)).Ranges(), Is.EqualTo(ranges));
        Assert.That(PossessionChallenge.New(blob, "home", Now.Date.AddHours(24)).Ranges(), Is.Not.EqualTo(ranges));
        Assert.That(PossessionChallenge.New(blob, "abroad", Now.Date).Ranges(), Is.Not.EqualTo(ranges));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(4097)]
    [TestCase(300_000)]
    public async Task Is_proven_by_the_digest_of_nonce_and_bytes_only(int size)
    {
        var bytes = Sample.Of(size);
        var challenge = Challenge(size, seed: 3);
        var store = StoreOf(bytes);
        Assert.That(await challenge.IsProvenByAsync(Answer(challenge, bytes), store, default), Is.True);

        var withoutNonce = challenge with { Nonce = new byte[32] };
        Assert.That(await challenge.IsProvenByAsync(Answer(withoutNonce, bytes), store, default), Is.False);
        Assert.That(await challenge.IsProvenByAsync(default, store, default), Is.False);
        if (size > 0)
        {
            var other = bytes.ToArray();
            other[challenge.Ranges()[^1].Offset + challenge.Ranges()[^1].Length - 1] ^= 1;
            Assert.That(await challenge.IsProvenByAsync(Answer(challenge, other), store, default), Is.False);
        }
    }

    static PossessionChallenge Challenge(long size, int seed) =>
        new(Sample.Of(32, seed), Sample.Of(32, seed + 100), Id<Blob>.New(), size, Now.AddMinutes(2));

    static Sha256Digest Answer(PossessionChallenge challenge, byte[] bytes) =>
        Sample.Sha256Of(
        [
            .. challenge.Nonce,
            .. challenge.Ranges().SelectMany(range => bytes.AsSpan((int)range.Offset, range.Length).ToArray()),
        ]);

    static IPartStore StoreOf(byte[] bytes)
    {
        var store = new Mock<IPartStore>();
        store.Setup(s => s.ReadAsync(
                It.IsAny<Id<Blob>>(),
                It.IsAny<long>(),
                It.IsAny<long>(),
                It.IsAny<Action<System.Buffers.ReadOnlySequence<byte>>>(),
                It.IsAny<CancellationToken>()))
            .Returns((Id<Blob> _, long offset, long length, Action<System.Buffers.ReadOnlySequence<byte>> observe,
                CancellationToken _) =>
            {
                observe(Sample.Segments(bytes[(int)offset..(int)(offset + length)], 1000));
                return Task.CompletedTask;
            });
        return store.Object;
    }
}
