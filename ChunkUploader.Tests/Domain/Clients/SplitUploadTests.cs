using ChunkUploader.Domain;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Clients;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Clients;

/// <summary>A guest whose address changes is never told that all is well while the file cannot be complete.</summary>
public class SplitUploadTests : ClientFixture
{
    static readonly byte[] Content = Sample.Of(10 * ChunkSize);
    static readonly Owner Here = new($"{Owner.GuestPrefix}here", IsStable: false);
    static readonly Owner There = new($"{Owner.GuestPrefix}there", IsStable: false);

    [Test]
    public async Task Nobody_begins_in_the_middle_of_what_another_guest_sends([Values] bool isRestarted)
    {
        var file = FileOf(Content);
        await SendAsync(file, 0, Here);
        await (isRestarted ? RestartAsync() : Task.CompletedTask);

        await IsRefusedAsync(file, 1, There);
    }

    /// <summary>The answer to the last chunk was lost, and the client sends it once more from its new address.</summary>
    [Test]
    public async Task Nobody_begins_in_the_middle_of_what_another_guest_completed_a_moment_ago([Values] bool isRestarted)
    {
        var content = Sample.Of(3 * ChunkSize);
        var file = FileOf(content);
        for (var index = 0; index < 3; index++)
        {
            await SendAsync(file, index, ChunkOf(content, index), owner: Here);
        }

        await (isRestarted ? RestartAsync() : Task.CompletedTask);
        await IsRefusedAsync(file, 2, There);
        Assert.That(await Host.Repository.ListOfClientAsync(There.Key, file.Key, None), Is.Empty);

        Host.Time.Advance(TimeSpan.FromDays(1));
        await IsRefusedAsync(file, 2, There);
    }

    [Test]
    public async Task Nor_does_who_was_refused_and_has_kept_the_cookie()
    {
        var file = FileOf(Sample.Of(3 * ChunkSize));
        await SendAsync(file, 0, Here);
        await IsRefusedAsync(file, 1, There);
        var now = Host.Time.GetUtcNow();
        var visitor = new Owner("visitor:1", IsStable: true)
        {
            Former = new FormerGuest(There.Key, IsRecent: false, now, now),
        };
        Host.Time.Advance(TimeSpan.FromMinutes(11));
        await IsRefusedAsync(file, 2, visitor);
    }

    [Test]
    public async Task Who_was_refused_and_sends_the_file_again_comes_to_an_end()
    {
        var file = FileOf(Content);
        for (var index = 1; index < 10; index++)
        {
            await SendAsync(file, index, Here);
        }

        await IsRefusedAsync(file, 0, There);
        for (var index = 0; index < 10; index++)
        {
            await SendAsync(file, index, There, isLast: index == 9);
        }
    }

    /// <summary>The client sends in order, and its address changes to and fro.</summary>
    [TestCase(10, 6, 9)]
    [TestCase(5, 2, 3)]
    [TestCase(5, 2, 5)]
    public async Task What_has_a_gap_that_was_filled_from_elsewhere_is_refused(int count, int here, int there)
    {
        var content = Sample.Of(count * ChunkSize);
        var file = FileOf(content);
        for (var index = 0; index < here; index++)
        {
            await SendAsync(file, index, ChunkOf(content, index), owner: Here);
        }

        await IsRefusedAsync(file, here, There);
        for (var index = 0; index < there; index++)
        {
            await SendAsync(file, index, ChunkOf(content, index), owner: There);
        }

        await IsRefusedAsync(file, Math.Min(there, count - 1), Here);
        for (var index = 0; index < count; index++)
        {
            await SendAsync(file, index, ChunkOf(content, index), owner: Here);
        }

        Assert.That(await StoredAsync(), Has.Count.EqualTo(there == count ? 2 : 1));
    }

    [Test]
    public async Task Nor_of_what_a_visitor_of_the_same_address_sends_who_has_lost_the_cookie([Values] bool isCompleted)
    {
        var content = Sample.Of(3 * ChunkSize);
        var file = FileOf(content);
        var visitor = new Owner("visitor:1", IsStable: true, "192.0.2.1");
        for (var index = 0; index < (isCompleted ? 3 : 2); index++)
        {
            await SendAsync(file, index, ChunkOf(content, index), owner: visitor);
        }

        await IsRefusedAsync(file, 2, There with { Address = visitor.Address });
        Assert.That((await SendAsync(file, 2, There)).ReceivedCount, Is.EqualTo(1), "of another address nothing is told");
    }

    [Test]
    public async Task Nor_with_a_last_chunk_that_only_the_first_ones_can_place()
    {
        await SendAsync(FileOf(ChunkPlan.For((2 * ChunkSize) + 1, ChunkSize)), 0, Here);
        var last = new ClientChunk(FileOf(ChunkPlan.Open(size: (2 * ChunkSize) + 1)), null, 2 * ChunkSize);
        await IsRefusedAsync(ReceiveAsync(last, Stage([1]), owner: There));
    }

    [Test]
    public async Task A_chunk_that_has_overtaken_the_first_one_waits_for_it()
    {
        var file = FileOf(Content);
        await SendAsync(file, 0, Here);
        var overtaking = SendAsync(file, 1, There);
        await Until.IsAsync(() => Host.Time.Waits == 1);
        await SendAsync(file, 0, There);
        Host.Time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.That((await overtaking).ReceivedCount, Is.EqualTo(2));
    }

    [Test]
    public async Task So_is_a_guest_told_who_has_been_given_a_cookie_after_the_first_chunks_came_from_two_addresses(
        [Values] bool isRecent)
    {
        var file = FileOf(Sample.Of(3 * ChunkSize));
        await SendAsync(file, 1, There);
        await SendAsync(file, 0, Here);
        var now = Host.Time.GetUtcNow();
        var visitor = new Owner("visitor:1", IsStable: true)
        {
            Former = new FormerGuest(There.Key, isRecent, now, now),
        };
        await IsRefusedAsync(file, 2, visitor);
    }

    [TestCase(2)]
    [TestCase(4)]
    public async Task Nor_is_a_file_of_unknown_size_whose_last_chunk_came_from_elsewhere(int count)
    {
        var file = FileOf(ChunkPlan.Open(count: count));
        await SendAsync(file, count - 1, There);
        for (var index = 0; index < count - 2; index++)
        {
            await SendAsync(file, index, Here);
        }

        await IsRefusedAsync(file, count - 2, Here);
    }

    /// <summary>Chunks that come in turn from here and there, after those in front of them came from both.</summary>
    [TestCase(1)]
    [TestCase(4)]
    public async Task What_comes_in_turn_from_here_and_there_is_refused(int fromBoth)
    {
        var file = FileOf(Content);
        foreach (var owner in new[] { Here, There })
        {
            for (var index = 0; index < fromBoth; index++)
            {
                await SendAsync(file, index, owner);
            }
        }

        await SendAsync(file, fromBoth, Here);
        await IsRefusedAsync(file, fromBoth + 1, There);
    }

    [Test]
    public async Task Two_people_who_send_the_same_file_are_not_in_each_others_way()
    {
        var file = FileOf(Content);
        foreach (var owner in new[] { Here, There })
        {
            await SendAsync(file, 0, owner);
        }

        for (var index = 1; index < 9; index += 2)
        {
            await SendAsync(file, index, Here);
            await SendAsync(file, index + 1, Here);
            var overtaking = SendAsync(file, index + 1, There);
            await Until.IsAsync(() => Host.Time.Waits == 1);
            await SendAsync(file, index, There);
            Host.Time.Advance(TimeSpan.FromMilliseconds(100));
            await overtaking;
        }

        await SendAsync(file, 9, Here, isLast: true);
        await SendAsync(file, 9, There, isLast: true);

        Assert.That(await StoredAsync(), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task What_was_left_at_another_address_is_sent_again_from_the_start()
    {
        var content = Sample.Of(3 * ChunkSize);
        var file = FileOf(content);
        await SendAsync(file, 0, ChunkOf(content, 0), owner: Here);
        await SendAsync(file, 1, ChunkOf(content, 1), owner: Here);
        foreach (var index in new[] { 0, 1, 2 })
        {
            await SendAsync(file, index, ChunkOf(content, index), owner: There);
        }

        Assert.That(await StoredAsync(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Who_is_known_is_not_concerned()
    {
        var file = FileOf(Content);
        await SendAsync(file, 0, Here);
        await SendAsync(file, 1, Alice);
        await SendAsync(FileOf(Content, "secret") with { SecretOwner = "form:secret" }, 2, There);
        Assert.That(await IsInAsync(file, 1, Alice), Is.True);
    }

    [Test]
    public async Task A_file_that_nobody_can_guess_goes_on_whoever_began_it([Values] bool isGuest, [Values] bool isRestarted)
    {
        var file = FileOf(Content) with { SecretOwner = "form:secret" };
        for (var index = 0; index < 9; index++)
        {
            await SendAsync(file, index, index % 2 == 0 ? isGuest ? Here : Alice : There);
        }

        await (isRestarted ? RestartAsync() : Task.CompletedTask);
        await SendAsync(file, 9, There, isLast: true);
        Assert.That((await StoredAsync()).Single().Owner, Is.EqualTo(isGuest ? "form:secret" : Alice.Key));
    }

    async Task<ClientReceipt> SendAsync(ChunkedFile file, int index, Owner owner, bool isLast = false)
    {
        var receipt = await SendAsync(file, index, ChunkOf(Content, index), owner: owner);
        Assert.That(receipt.File is not null, Is.EqualTo(isLast));
        return receipt;
    }

    Task IsRefusedAsync(ChunkedFile file, int index, Owner owner) => IsRefusedAsync(SendAsync(file, index, owner));

    async Task IsRefusedAsync(Task<ClientReceipt> sending)
    {
        while (!sending.IsCompleted)
        {
            await Until.IsAsync(() => sending.IsCompleted || Host.Time.Waits > 0);
            Host.Time.Advance(TimeSpan.FromMilliseconds(100));
        }

        await Refusal.OfAsync(UploadErrorCode.AddressChanged, () => sending);
    }
}
