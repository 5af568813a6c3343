using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Completion;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Completion;

/// <summary>Nobody finds out by guessing what others have stored.</summary>
[TestFixture]
public class PossessionClaimTests : CoreFixture
{
    const int WrongGuesses = 3;
    static readonly byte[] Small = Sample.Of(Block.Size);
    static readonly byte[] Large = Sample.Of(Block.Size + 1);
    static readonly Owner Carol = new("carol", IsStable: true, "192.0.2.1");

    protected override UploadPolicy Policy => new() { WrongGuesses = WrongGuesses };

    [Test]
    public async Task Of_small_files_of_others_nothing_is_told([Values] bool isWhole)
    {
        await UploadWholeAsync(Small, owner: Alice);
        Assert.That(await IsToldAsync(Small, Bob), Is.False);
        Assert.That(await IsOfferedAsync(Small, Bob), Is.False);

        await (isWhole ? UploadWholeAsync(Small, owner: Bob) : UploadAsync(Small, owner: Bob));
        Assert.That(await IsToldAsync(Small, Bob), Is.True, "it is one's own now");
        Assert.That(await IsOfferedAsync(Small, Bob), Is.True);
    }

    /// <summary>Many may be one guest.</summary>
    [Test]
    public async Task Guests_are_told_of_no_small_file()
    {
        await UploadWholeAsync(Small, owner: Guessed);
        await UploadWholeAsync(Large, owner: Guessed);
        Assert.That(await IsToldAsync(Small, Guessed), Is.False);
        Assert.That(await IsOfferedAsync(Small, Guessed), Is.False);
        Assert.That(await IsToldAsync(Large, Guessed), Is.True);
    }

    [TestCase(false, true, null)]
    [TestCase(false, false, true)]
    [TestCase(true, true, true)]
    public async Task A_file_that_is_sent_along_tells_no_more(bool isOwn, bool isSmall, bool? told)
    {
        var content = isSmall ? Small : Large;
        await UploadWholeAsync(content, "first", isOwn ? Bob : Alice);
        Assert.That((await UploadStatusAsync(content, Bob)).Candidate, Is.EqualTo(told));
    }

    [Test]
    public async Task Nor_does_it_to_a_guest()
    {
        await UploadWholeAsync(Small, "first", Guessed);
        Assert.That((await UploadStatusAsync(Small, Guessed)).Candidate, Is.Null);
    }

    [Test]
    public async Task Who_has_asked_too_often_without_having_the_file_is_told_nothing_for_ten_minutes(
        [Values] ClaimKind kind)
    {
        await UploadAsync(Large, owner: Alice);
        for (var guess = 0; guess < WrongGuesses; guess++)
        {
            var file = kind == ClaimKind.Content
                ? Describe(Large, $"{guess}") with { Md5 = Sample.Md5Of(Large), ContentHash = Sample.HashOf([(byte)guess]) }
                : Describe(Large, $"{guess}") with { FirstBlock = Sample.Sha256Of([(byte)guess]) };
            var asked = await BeginAsync(file, Bob);
            Assert.That((asked.Candidate ?? false, asked.Challenge), Is.EqualTo((false, (PossessionChallenge?)null)));
            await Host.Service.CancelAsync(asked.Session.Id, Bob, None);
        }

        Assert.That(await AskAsync(kind, "late", Bob), Is.False);
        Assert.That(await AskAsync(kind, "late", Alice), Is.True, "one's own files are no guess");
        Assert.That(await AskAsync(kind, "late", Carol), Is.True, "nor is another one concerned");

        Host.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.That(await AskAsync(kind, "later", Bob), Is.True);
    }

    [Test]
    public async Task Digests_that_are_corrected_are_another_guess()
    {
        await UploadAsync(Large, owner: Alice);
        var session = (await BeginAsync(Describe(Large), Bob)).Session;
        for (var guess = 0; guess < WrongGuesses; guess++)
        {
            await Host.Service.TellDigestsAsync(
                session.Id, Bob, Sample.Md5Of(Large), Sample.HashOf([(byte)guess]), None);
        }

        var told = await Host.Service.TellDigestsAsync(
            session.Id, Bob, Sample.Md5Of(Large), Sample.HashOf(Large), None);
        Assert.That(told.Challenge, Is.Null);
    }

    [Test]
    public async Task Asking_the_same_again_is_one_guess()
    {
        await UploadAsync(Large, owner: Alice);
        for (var again = 0; again <= WrongGuesses; again++)
        {
            Assert.That(await IsToldAsync(Large, Bob), Is.True);
        }
    }

    [Test]
    public async Task Who_proves_or_sends_what_was_asked_for_may_ask_on([Values] bool isSent)
    {
        await UploadAsync(Large, owner: Alice);
        for (var file = 0; file <= WrongGuesses; file++)
        {
            var asked = await BeginAsync(DescribeHashed(Large, $"{file}"), Bob);
            Assert.That(asked.Challenge, Is.Not.Null);
            if (isSent)
            {
                await SendAllAsync(asked.Session, Large, Bob);
                await CompleteAsync(asked.Session, Bob);
            }
            else
            {
                await Host.Service.ProveAsync(asked.Session.Id, Bob, Sample.AnswerTo(asked.Challenge!, Large), None);
            }
        }
    }

    [Test]
    public async Task Ten_times_as_much_is_asked_from_one_address_whatever_the_owners_name()
    {
        await UploadAsync(Large, owner: Alice);
        Owner One(int name) => new($"one of many {name}", IsStable: true, "192.0.2.2");
        for (var guess = 0; guess < 10 * WrongGuesses; guess++)
        {
            await BeginAsync(Describe(Large) with { FirstBlock = Sample.Sha256Of([1]) }, One(guess));
        }

        Assert.That(await IsToldAsync(Large, One(-1)), Is.False);
        Assert.That(await IsToldAsync(Large, Carol), Is.True);
    }

    Task<bool> AskAsync(ClaimKind kind, string name, Owner owner) =>
        kind == ClaimKind.Content ? IsOfferedAsync(Large, owner, name) : IsToldAsync(Large, owner, name);

    async Task<bool> IsToldAsync(byte[] content, Owner owner, string name = "a.bin")
    {
        var file = Describe(content, $"told {name}") with { FirstBlock = Sample.BlocksOf(content)[0] };
        return (await BeginAsync(file, owner)).Candidate!.Value;
    }

    async Task<bool> IsOfferedAsync(byte[] content, Owner owner, string name = "a.bin") =>
        (await BeginAsync(DescribeHashed(content, $"offered {name}"), owner)).Challenge is not null;

    async Task<UploadStatus> UploadStatusAsync(byte[] content, Owner owner) =>
        (await Host.Get<WholeFileUpload>().ReceiveAsync(
            Describe(content, "second"),
            owner,
            ChunkPlan.For(content.Length, content.Length),
            new WholeFileBody(Sample.Body(content), _ => Task.FromResult<(Md5Digest?, ContentHash?)>((null, null))),
            None).WaitAsync(Until.Limit))!;
}
