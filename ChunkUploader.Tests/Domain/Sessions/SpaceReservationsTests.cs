using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Tests.Support.Core;
using Moq;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Sessions;

[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class SpaceReservationsTests
{
    const int ChunkSize = 100;

    static readonly Owner Alice = new("alice", IsStable: true, "A0");
    static readonly Owner Bob = new("bob", IsStable: true, "B0");
    static readonly Owner Carol = new("carol", IsStable: true, "A0");
    static readonly Owner Guest = new("guest", IsStable: false, "C0");

    readonly UploadPolicy _policy = new();
    readonly ManualTime _time = new();
    readonly IPartStore _store;
    readonly SpaceReservations _room;
    long _free = 1000;

    public SpaceReservationsTests()
    {
        var store = new Mock<IPartStore>();
        store.SetupGet(s => s.FreeBytes).Returns(() => _free);
        _store = store.Object;
        _room = new SpaceReservations(_store, _policy, _time);
    }

    [Test]
    public async Task What_is_promised_is_what_has_not_come_yet()
    {
        var session = Begin(Alice, 450);
        Assert.That((_room.Reserve(session), _room.Promised), Is.EqualTo((true, 450)));
        Receive(session, 4);
        Assert.That(_room.Promised, Is.EqualTo(400), "the last chunk is a short one");
        using (_room.Claim(session, ChunkSize))
        {
            Assert.That(_room.Promised, Is.EqualTo(400));
        }

        Assert.That(_room.Promised, Is.EqualTo(400), "a chunk that failed is still to come");
        await Parallel.ForEachAsync(Enumerable.Range(0, 4), (index, _) =>
        {
            Receive(session, index);
            return ValueTask.CompletedTask;
        });
        Assert.That(_room.Promised, Is.Zero);
    }

    [Test]
    public void One_owner_is_promised_a_share_and_so_is_one_address()
    {
        var first = Begin(Alice, 400);
        Assert.That(_room.Reserve(first));
        Assert.That(_room.Reserve(Begin(Alice, 101)), Is.False, "half of what is free");
        Assert.That(_room.Reserve(Begin(Carol, 101)), Is.False, "she has the same address");
        Assert.That(_room.Reserve(Begin(Alice, 100)));
        Assert.That(_room.Reserve(Begin(Bob, 500)));
        Assert.That(_room.Reserve(Begin(new Owner("dora", IsStable: true), 1)), Is.False, "all is promised");
        Assert.That(_room.Promised, Is.EqualTo(1000));

        _room.Release(first.Id);
        Assert.That(_room.Reserve(Begin(Carol, 400)));
    }

    [Test]
    public void Addresses_that_are_not_known_are_not_one_address()
    {
        Assert.That(_room.Reserve(Begin(new Owner("one", IsStable: true), 500)));
        Assert.That(_room.Reserve(Begin(new Owner("two", IsStable: true), 500)));
    }

    [Test]
    public void Who_is_only_guessed_is_promised_a_tenth()
    {
        Assert.That(_room.Reserve(Begin(Guest, 101)), Is.False);
        Assert.That(_room.Reserve(Begin(Guest, 60)));
        Assert.That(_room.Reserve(Begin(Guest with { Key = "another program" }, 60)), Is.False);
    }

    [Test]
    public void An_upload_without_a_promise_takes_only_what_is_left()
    {
        var (promised, other) = (Begin(Alice, 500), Begin(Bob, 600));
        _room.Reserve(promised);
        Assert.That(_room.Reserve(other), Is.False);
        using (_room.Claim(other, 450))
        {
            AssertFull(() => _room.Claim(other, 51));
            AssertFull(() => _room.EnsureRoom(51));
            _room.EnsureRoom(50);
            _room.Claim(promised, ChunkSize).Dispose();
        }

        _free -= 450;
        AssertFull(() => _room.Claim(other, 51));
        _room.Claim(other, 50).Dispose();
        _free = 0; // somebody else fills the disk: whether a chunk with a promise has room, the disk will tell
        _room.Claim(promised, ChunkSize).Dispose();
    }

    [Test]
    public void A_promise_without_bytes_lapses_and_is_taken_up_with_the_next_ones()
    {
        var session = Begin(Alice, 500);
        _room.Reserve(session);
        _time.Advance(SpaceReservations.Lifetime);
        Receive(session, 0);
        _time.Advance(SpaceReservations.Lifetime);
        Assert.That(_room.Promised, Is.EqualTo(400));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(_room.Promised, Is.Zero);

        Receive(session, 1);
        Assert.That(_room.Promised, Is.EqualTo(300));
        _time.Advance(SpaceReservations.Lifetime + TimeSpan.FromSeconds(1));
        _free = 500;
        Assert.That(_room.Reserve(Begin(Bob, 250)));
        Receive(session, 2);
        Assert.That(_room.Promised, Is.EqualTo(250), "there is no room for the rest of it any more");
    }

    [Test]
    public void A_promise_holds_as_long_as_a_chunk_is_on_its_way()
    {
        var session = Begin(Alice, 500);
        _room.Reserve(session);
        var chunk = _room.Claim(session, ChunkSize);
        for (var hour = 0; hour < 3; hour++)
        {
            _time.Advance(TimeSpan.FromHours(1));
            Assert.That(_room.Promised, Is.EqualTo(500));
        }

        chunk.Dispose();
        _time.Advance(SpaceReservations.Lifetime + TimeSpan.FromSeconds(1));
        Assert.That(_room.Promised, Is.Zero);
    }

    [Test]
    public void So_does_one_that_was_made_anew_meanwhile([Values] bool isReleased)
    {
        var session = Begin(Alice, 500);
        _room.Reserve(session);
        var (one, other) = (_room.Claim(session, ChunkSize), _room.Claim(session, ChunkSize));
        if (isReleased)
        {
            _room.Release(session.Id);
        }

        Assert.That(_room.Reserve(session));
        one.Dispose();
        _time.Advance(TimeSpan.FromHours(1));
        Assert.That(_room.Promised, Is.EqualTo(500));
        other.Dispose();
        _time.Advance(SpaceReservations.Lifetime + TimeSpan.FromSeconds(1));
        Assert.That(_room.Promised, Is.Zero);
    }

    [Test]
    public void Another_owner_holds_what_he_has_taken_over()
    {
        var session = Begin(Alice, 500);
        _room.Reserve(session);
        var chunk = _room.Claim(session, ChunkSize);
        session.TransferOwnership(Bob);
        Assert.That(_room.Reserve(session));
        Assert.That(_room.Reserve(Begin(Alice, 500)), "she holds nothing any more");
        session.Received.Add(0);
        chunk.Dispose();
        Assert.That(_room.Promised, Is.EqualTo(900), "what was on its way meanwhile counts");
        Assert.That(_room.Reserve(Begin(Bob, 101)), Is.False);
    }

    [Test]
    public void A_file_of_unknown_size_is_promised_nothing_until_it_is_known()
    {
        var session = Begin(Alice, ChunkPlan.Open(count: 3));
        Assert.That(_room.Reserve(session), Is.False);
        session.Learn(ChunkPlan.For(250, ChunkSize));
        Receive(session, 0);
        Assert.That(_room.Promised, Is.EqualTo(150));
    }

    [Test]
    public void After_a_restart_it_is_promised_what_something_came_for_lately()
    {
        var (old, late) = (Begin(Alice, 300), Begin(Alice, 300));
        _time.Advance(SpaceReservations.Lifetime + TimeSpan.FromSeconds(1));
        late.Prolong(_time.GetUtcNow() + _policy.SessionLifetime);
        var young = Begin(Bob, 200);

        _room.Restore([(young, 0), (late, 100), (old, 0)]);

        Assert.That(_room.Promised, Is.EqualTo(200 + 200));
        Assert.That(_room.Reserve(Begin(Alice, 301)), Is.False);
        _time.Advance(SpaceReservations.Lifetime + TimeSpan.FromSeconds(1));
        Assert.That(_room.Promised, Is.Zero);
    }

    [Test]
    public void Nor_is_it_lost_by_the_room_that_the_uploads_themselves_have_filled_since()
    {
        var (one, other) = (Begin(Alice, 400), Begin(Bob, 500));
        Assert.That((_room.Reserve(one), _room.Reserve(other)), Is.EqualTo((true, true)));
        _free -= 100 + 450;
        var restored = new SpaceReservations(_store, _policy, _time);

        restored.Restore([(one, 100), (other, 450)]);

        Assert.That(restored.Promised, Is.EqualTo(300 + 50));
    }

    UploadSession Begin(Owner owner, long size) => Begin(owner, ChunkPlan.For(size, ChunkSize));

    UploadSession Begin(Owner owner, ChunkPlan plan) =>
        UploadSession.Begin(
            new FileDescription { FileName = "a.bin", Size = plan.Size, ContentType = "application/octet-stream" },
            owner,
            plan,
            _time.GetUtcNow(),
            _policy.SessionLifetime);

    void Receive(UploadSession session, int index)
    {
        using var room = _room.Claim(session, session.Plan[index].Length);
        session.Received.Add(index);
    }

    static void AssertFull(Action take) => Refusal.Of(UploadErrorCode.StorageFull, take);
}
