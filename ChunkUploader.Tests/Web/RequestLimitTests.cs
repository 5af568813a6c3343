using System.Net;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Tests.Support;
using ChunkUploader.Web.Security;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

[TestFixture]
public class GenerousLimitTests : ServedTests
{
    [Test]
    public void Who_drops_10_000_small_files_never_meets_the_limit()
    {
        using var limits = new RequestLimits(new LimitSettings());
        var owner = new Owner("visitor:1", IsStable: true, "127.0.0.1");

        // Each file: its beginning, and perhaps its digests and its proof.
        for (var i = 0; i < 3 * 10_000; i++)
        {
            Assert.DoesNotThrow(() => limits.CountBegin(owner));
        }
    }

    [Test]
    public async Task Hundreds_of_small_files_at_once_all_arrive()
    {
        const int Count = 300;
        var statuses = new System.Collections.Concurrent.ConcurrentBag<string>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Count), new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (i, _) =>
            {
                var answer = await Client.PostAsync(
                    "uploads", [("fileName", $"small {i}.txt"), ("size", 4)], BitConverter.GetBytes(i));
                statuses.Add(answer.State);
            });

        Assert.That(statuses, Has.Count.EqualTo(Count).And.All.EqualTo("completed"));
        Assert.That(App.Data.Blobs, Has.Length.EqualTo(Count));
    }
}

[TestFixture]
public class StrictLimitTests
{
    [Test]
    public async Task Beginning_too_often_is_refused_for_a_while()
    {
        await using var app = new UploaderApp([("Limits:BeginBurst", "3"), ("Limits:BeginsPerSecond", "1")]);
        using var client = new UploadClient(app.Address);
        using var other = new UploadClient(app.Address);
        var answers = new List<ApiAnswer>();
        for (var i = 0; i < 10; i++)
        {
            answers.Add(await client.BeginAsync($"{i}.bin", 10));
        }

        Assert.That(answers.Take(3).Select(answer => answer.Status), Has.All.EqualTo(201));
        var refused = answers.Find(answer => answer.Status == 429)!;
        Assert.That(refused, Refused.With(429, "too-many-requests"));
        Assert.That(refused.Headers.RetryAfter?.Delta, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(1)));
        var fromThere = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => other.BeginAsync($"{i}.bin", 10)));
        Assert.That(
            fromThere.Select(answer => answer.Status),
            Has.Some.EqualTo(429),
            "the address counts, not the owner alone");
        var chunk = await client.PutChunkAsync(answers[0].Id, 0, new byte[10]);
        Assert.That(chunk.Status, Is.EqualTo(200), "what has begun goes on");
    }

    [Test]
    public async Task After_wrong_proofs_even_a_right_one_is_refused()
    {
        await using var app = new UploaderApp([("Limits:WrongGuesses", "2")]);
        using var client = new UploadClient(app.Address);
        var file = TestFile.Random(1000);
        await client.UploadAsync(file);
        for (var i = 0; i < 2; i++)
        {
            var offer = await client.BeginHashedAsync(file.Named($"guess {i}"));
            Assert.That((await client.ProveAsync(offer.Id, new string('0', 64))).State, Is.EqualTo("receiving"));
        }

        var next = await client.BeginHashedAsync(file.Named("next"));
        var answer = await client.ProveAsync(next.Id, file.Answer(next["challenge"]));

        Assert.That(answer, Refused.With(429, "too-many-requests"));
        Assert.That(answer.Headers.RetryAfter, Is.Not.Null);
        Assert.That((await client.GetSessionAsync(next.Id)).State, Is.EqualTo("proof"), "the offer is untouched");
        Assert.That(
            (await client.FinishAsync(next, file)).State, Is.EqualTo("completed"), "the bytes are always taken");
    }

    [Test]
    public async Task After_wrong_passwords_the_page_says_when_to_come_again()
    {
        await using var app = new UploaderApp([("Limits:WrongGuesses", "1")]);
        using var visit = new AdminVisit(app.Address);
        Assert.That((await visit.SignInAsync("wrong")).Status, Is.EqualTo(401));
        var refused = await visit.SignInAsync("wrong");
        Assert.That(refused.Status, Is.EqualTo(429));
        Assert.That(refused.Headers.RetryAfter!.Delta, Is.GreaterThan(TimeSpan.FromMinutes(9)));
    }

    [Test]
    public async Task Right_proofs_do_not_count()
    {
        await using var app = new UploaderApp([("Limits:WrongGuesses", "1")]);
        using var client = new UploadClient(app.Address);
        var file = TestFile.Random(1000);
        await client.UploadAsync(file);
        for (var i = 0; i < 5; i++)
        {
            var offer = await client.BeginHashedAsync(file.Named($"right {i}"));
            Assert.That(
                (await client.ProveAsync(offer.Id, file.Answer(offer["challenge"]))).State, Is.EqualTo("completed"));
        }
    }
}
