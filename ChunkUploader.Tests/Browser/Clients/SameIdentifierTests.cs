using Microsoft.Playwright;
using NUnit.Framework;

namespace ChunkUploader.Tests.Browser.Clients;

/// <summary>Two files of one name and size are one to flow.js, whose own identifier is made of these.</summary>
[TestFixture]
public sealed class SameIdentifierTests : ClientPageTests
{
    const int Chunk = 64 * 1024;
    const int Size = 12 * Chunk;

    [Test]
    public async Task A_file_that_is_sent_after_the_other_is_stored_as_itself()
    {
        foreach (var file in new[] { MakeFile("film.bin", Size), MakeFile("film.bin", Size) })
        {
            var page = await OpenAsync(ClientLibrary.Flow, Chunk, WithItsOwn);
            await page.PickAsync(file);
            await IsStoredAsync((await page.EndAsync())[0], file);
        }
    }

    [Test]
    public async Task An_interrupted_file_is_not_continued_with_the_other()
    {
        var server = await GoToProcessAsync();
        var page = await OpenAsync(ClientLibrary.Flow, Chunk, WithItsOwn);
        var posts = await WatchAsync(passing: 6);
        await page.PickAsync(MakeFile("film.bin", Size));
        await posts.HeldAsync();
        await page.ReloadAsync();
        posts.Drop();
        await Page.UnrouteAllAsync();

        // A server that has just begun does not know how long nothing has come.
        await server.StopAsync();
        await server.StartAgainAsync();
        await page.PickAsync(MakeFile("film.bin", Size));
        var outcome = (await page.EndAsync())[0];
        Assert.That(
            outcome.GetProperty("error").GetString(), Does.Contain("chunk-differs").Or.Contain("session-conflict"));
    }

    [Test]
    public async Task Files_sent_at_the_same_time_without_asking_are_never_mixed()
    {
        await SendBothAsync(
            snippet => WithItsOwn(snippet).Replace("new Flow({", "new Flow({ testChunks: false,"), mayFail: true);
    }

    [Test]
    public async Task Files_sent_at_the_same_time_are_told_apart_by_their_time() =>
        await SendBothAsync(snippet => snippet, mayFail: false);

    /// <summary>Instead of the snippet's.</summary>
    static string WithItsOwn(string snippet)
    {
        Assert.That(snippet, Does.Contain("generateUniqueIdentifier:"));
        return snippet.Replace("generateUniqueIdentifier:", "ofNoMeaning:");
    }

    async Task SendBothAsync(Func<string, string> change, bool mayFail)
    {
        string[] files = [MakeFile("film.bin", Size), MakeFile("film.bin", Size)];
        File.SetLastWriteTimeUtc(files[1], new DateTime(2026, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        var otherTab = await Page.Context.NewPageAsync();
        var held = await Task.WhenAll(
            ChunkPosts.WatchAsync(Page, 3, "/upload"), ChunkPosts.WatchAsync(otherTab, 3, "/upload"));
        var pages = new List<ClientPage>();
        foreach (var (page, file) in new[] { Page, otherTab }.Zip(files))
        {
            pages.Add(await ClientPage.OpenAsync(page, Server.BaseAddress, ClientLibrary.Flow, Chunk, change));
            await pages[^1].PickAsync(file);
        }

        foreach (var posts in held)
        {
            posts.Release();
        }

        foreach (var (page, file) in pages.Zip(files))
        {
            var outcome = (await page.EndAsync())[0];
            if (!mayFail || outcome.TryGetProperty("downloadUrl", out _))
            {
                await IsStoredAsync(outcome, file);
            }
            else
            {
                Assert.That(outcome.GetProperty("error").GetString(), Does.Contain("\"code\":"));
            }
        }
    }
}
