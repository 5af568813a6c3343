using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Clients;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Clients;

/// <summary>
/// Files that nothing tells apart but their bytes, one after the other: some are abandoned in the middle, answers are lost,
/// so that chunks of those before come once more, files are deleted, the server is started anew. Each is sent in order.
/// Whatever is published is one of the files, and who was told of a success has it.
/// </summary>
[TestFixture]
public sealed class FilesOfOneKeyTests : ClientFixture
{
    const int MaxCount = 4;
    const int Stories = 100;

    static IEnumerable<TestCaseData> Kinds =>
    [
        new TestCaseData(false, false).SetArgDisplayNames("with a size"),
        new TestCaseData(true, false).SetArgDisplayNames("without a size"),
        new TestCaseData(true, true).SetArgDisplayNames("known by name"),
    ];

    /// <summary>The stories are the same each time; they were found by telling thousands of others.</summary>
    [TestCaseSource(nameof(Kinds))]
    public async Task Are_never_mixed_and_never_lost_after_a_success(bool isOpen, bool isKnownByName)
    {
        for (var seed = 0; seed < Stories; seed++)
        {
            await CheckAsync(new Random(seed), isOpen, isKnownByName);
        }
    }

    async Task CheckAsync(Random random, bool isOpen, bool isKnownByName)
    {
        var count = random.Next(1, MaxCount + 1);
        var key = $"{random.Next()}";
        var first = new byte[(ChunkSize * (count - 1)) + random.Next(1, ChunkSize)];
        random.NextBytes(first);
        var plan = isOpen ? ChunkPlan.Open(count: count) : ChunkPlan.For(first.Length, ChunkSize);
        var file = FileOf(plan, key) with { IsKnownByName = isKnownByName };
        var senders = Enumerable.Range(0, random.Next(2, 5))
            .Select(number => new Sender((char)('A' + number), number == 0 ? first : Changed(first, count, random), count))
            .ToList();
        var story = new List<string>();
        var earlier = (await StoredAsync()).Select(stored => stored.Id).ToHashSet();
        for (var step = 0; step < 60 && senders.Exists(sender => !sender.IsOver); step++)
        {
            await (random.Next(20) switch
            {
                0 => PassAsync(TimeSpan.FromSeconds(random.Next(1, 9)), senders, story),
                1 when senders.TrueForAll(sender => sender.IsOver || sender.Sent == 0) =>
                    DeleteAsync(key, random.Next(2) == 0, story),
                2 when random.Next(3) == 0 => RestartAsync(story),
                _ => SendAsync(Choose(senders, random), senders, file, random, story),
            });
        }

        var stored = (await StoredAsync()).Where(stored => !earlier.Contains(stored.Id)).Select(Download).ToList();
        foreach (var sender in senders.Where(sender => sender.Published is not null))
        {
            Assert.That(
                sender.Published.AsSpan().SequenceEqual(sender.Content), Is.True, $"{sender.Name} is another file.\n{Tell(story)}");
        }

        Assert.That(
            stored.All(bytes => senders.Exists(sender => bytes.AsSpan().SequenceEqual(sender.Content))), Is.True,
            $"A mix.\n{Tell(story)}");
    }

    /// <summary>One after the other; those that are over send chunks once more.</summary>
    static Sender Choose(List<Sender> senders, Random random)
    {
        var current = senders.FindIndex(sender => !sender.IsOver);
        return random.Next(3) > 0 || current == 0 ? senders[current] : senders[random.Next(current)];
    }

    async Task SendAsync(Sender sender, List<Sender> senders, ChunkedFile file, Random random, List<string> story)
    {
        // One in three that have sent something sends a chunk once more, whose answer it has lost.
        var isRepeat = sender.Sent > 0 && (sender.IsOver || random.Next(3) == 0);
        if (isRepeat && (sender.LastAt is { } last && Host.Time.GetUtcNow() - last > TimeSpan.FromSeconds(100)))
        {
            return; // clients give up before
        }

        if (!isRepeat && random.Next(15) == 0)
        {
            sender.IsOver = true; // it is abandoned
            story.Add($"{sender.Name} gives up");
            return;
        }

        if (sender.IsOver && !isRepeat)
        {
            return;
        }

        var index = isRepeat ? random.Next(sender.Sent) : sender.Sent;
        var what = $"{sender.Name}{index}{(isRepeat ? " again" : "")}:";
        try
        {
            var receipt = await SendAsync(file, index, ChunkOf(sender.Content, index));
            story.Add($"{what} {(receipt.File is null ? "taken" : $"file {receipt.File.Id}")}");
            if (isRepeat)
            {
                return;
            }

            sender.LastAt = Host.Time.GetUtcNow();
            sender.HasRepeats |= receipt.File is not null;
            if (++sender.Sent < sender.Count)
            {
                return;
            }

            sender.IsOver = true;
            Assert.That(receipt.File, Is.Not.Null, $"{sender.Name} was told of a success.\n{Tell(story)}");
            sender.Published = Download(receipt.File!);
        }
        catch (UploadException refusal)
        {
            story.Add($"{what} {refusal.Code} {refusal.RetryAfter}");
            if (isRepeat || refusal.RetryAfter < TimeSpan.FromSeconds(5))
            {
                return;
            }

            // What was acknowledged as a repeat is known to be its own for 10 s.
            if (refusal.RetryAfter is { } wait && !sender.HasRepeats)
            {
                await PassAsync(wait, [], story);
                return;
            }

            sender.IsOver = true;
        }
    }

    /// <summary>Clients do not pause for longer than this in the middle of a file, unless they are told to wait.</summary>
    Task PassAsync(TimeSpan time, List<Sender> senders, List<string> story)
    {
        Host.Time.Advance(time);
        foreach (var sender in senders.Where(sender => Host.Time.GetUtcNow() - sender.LastAt > TimeSpan.FromSeconds(9)))
        {
            sender.IsOver = true;
        }

        story.Add($"{time.TotalSeconds} s pass");
        return Task.CompletedTask;
    }

    async Task RestartAsync(List<string> story)
    {
        await RestartAsync();
        story.Add("restart");
    }

    async Task DeleteAsync(string key, bool forGood, List<string> story)
    {
        var session = (await Host.Repository.ListOfClientAsync(Alice.Key, key, None))
            .FirstOrDefault(session => session.State == UploadState.Completed);
        if (session?.FileId is { } id && await Host.Catalog.FindAsync(id, None) is { } file)
        {
            await (forGood ? Host.DeleteAsync(file) : Host.Get<Trash>().PutAsync(file.Id, None));
            story.Add($"file {file.Id} is deleted{(forGood ? " for good" : "")}");
        }
    }

    static string Tell(List<string> story) => string.Join('\n', story);

    /// <summary>Some chunks are the same, one is not.</summary>
    static byte[] Changed(byte[] content, int count, Random random)
    {
        var bytes = content.ToArray();
        var always = random.Next(count);
        for (var index = 0; index < count; index++)
        {
            if (index == always || random.Next(2) == 0)
            {
                bytes[(index * ChunkSize) + random.Next(ChunkOf(bytes, index).Length)] ^= (byte)random.Next(1, 256);
            }
        }

        return bytes;
    }

    sealed class Sender(char name, byte[] content, int count)
    {
        public char Name => name;

        public byte[] Content => content;

        public int Count => count;

        /// <summary>How many chunks were acknowledged.</summary>
        public int Sent { get; set; }

        public DateTimeOffset? LastAt { get; set; }

        /// <summary>Chunks of it were answered with another file.</summary>
        public bool HasRepeats { get; set; }

        public bool IsOver { get; set; }

        public byte[]? Published { get; set; }
    }
}
