using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ChunkUploader.Tests.Browser;

[TestFixture]
public sealed class BrokenConnectionTests : BrowserTests
{
    const int Chunk = 2 * 1024 * 1024;

    /// <summary>Of eight chunks, and of four blocks: what is received is compared by whole ones.</summary>
    const int Size = 15 * Chunk / 2;

    const int ChunkCount = 8;

    protected override (string, string)[] Settings => [("Uploads:ChunkSize", $"{Chunk}")];

    [Test]
    public async Task Goes_on_by_itself_when_the_server_is_killed_and_started_again()
    {
        var server = await GoToProcessAsync();
        var file = MakeFile("film.bin", Size);
        var posts = await ChunkPosts.WatchAsync(Page, passing: 3);
        await PickAsync(file);
        await posts.HeldAsync();

        await server.KillAsync();
        posts.Release();
        await BecomesAsync(Row, "reconnecting");
        await server.StartAgainAsync();

        await IsStoredAsync(Row, file);
        Assert.That(posts.Accepted, Is.EqualTo(ChunkCount), "No chunk that was in was sent again.");
    }

    [Test]
    public async Task Goes_on_after_a_reload_when_the_file_is_picked_again_and_is_there_at_once_the_next_time()
    {
        var file = MakeFile("film.bin", Size);
        var before = await ChunkPosts.WatchAsync(Page, passing: 3);
        await PickAsync(file);
        await before.HeldAsync();
        await Page.ReloadAsync();
        before.Release();
        await Page.UnrouteAllAsync();

        var unfinished = Uploads.UnfinishedRows;
        await Expect(unfinished).ToHaveCountAsync(1);
        await Expect(unfinished).ToContainTextAsync("film.bin");
        var after = await ChunkPosts.WatchAsync(Page);
        await PickAsync(file);
        await IsStoredAsync(Row, file);
        Assert.That(after.Accepted, Is.InRange(1, ChunkCount - 3), "Only what was missing was sent.");
        await Expect(unfinished).ToHaveCountAsync(0);

        await Page.ReloadAsync();
        var accepted = after.Accepted;
        await PickAsync(file);
        await IsStoredAsync(Row, file);
        await Expect(Row.Instant).ToBeVisibleAsync();
        Assert.That(after.Accepted, Is.EqualTo(accepted), "No bytes were sent.");
        await Screenshots.CheckFitAsync(Page, "instant");
    }

    [Test]
    public async Task Does_not_mix_in_another_file_of_the_same_name_size_and_age()
    {
        var content = File.ReadAllBytes(MakeFile("source.bin", Size));
        var first = MakeFile("film.bin", content);
        var posts = await ChunkPosts.WatchAsync(Page, passing: 4);
        await PickAsync(first);
        await posts.HeldAsync();
        await Page.ReloadAsync();
        posts.Release();
        await Page.UnrouteAllAsync();

        // The same first block, so the server takes it for the same file; another byte in what is already in.
        content[3 * Chunk] ^= 1;
        var second = MakeFile("film.bin", content);
        await PickAsync(second);
        await BecomesAsync(Row, "conflict");
        await Row.StartOver.ClickAsync();
        await IsStoredAsync(Row, second);
    }

    [Test]
    public async Task Begins_anew_where_the_first_block_tells_that_it_is_another_file()
    {
        var posts = await ChunkPosts.WatchAsync(Page, passing: 3);
        await PickAsync(MakeFile("film.bin", Size));
        await posts.HeldAsync();
        await Page.ReloadAsync();
        posts.Release();
        await Page.UnrouteAllAsync();

        var other = MakeFile("film.bin", Size);
        await PickAsync(other);
        await IsStoredAsync(Row, other);
        await Expect(Uploads.UnfinishedRows).ToHaveCountAsync(1);
    }
}
