using System.Text.Json;
using ChunkUploader.Tests.Browser.Pages;
using ChunkUploader.Tests.Support;
using Microsoft.Playwright;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ChunkUploader.Tests.Browser;

/// <summary>Cancelling stops at once, can be undone for 10 s, and then leaves nothing behind.</summary>
[TestFixture]
public sealed class CancelPageTests : BrowserTests
{
    const int ChunkCount = 8;

    [Test]
    public async Task Is_undone_and_sends_nothing_twice()
    {
        var file = MakeFile("film.bin", FilmSize);
        var posts = await UploadHalfAsync(file);
        await Row.Cancel.ClickAsync();
        await BecomesAsync(Row, "cancelling");
        await Screenshots.CheckFitAsync(Page, "undo-en");
        posts.Release();
        Assert.That(Parts(), Has.Length.EqualTo(1));
        await Row.Undo.ClickAsync();
        await IsStoredAsync(Row, file);
        Assert.That(posts.Accepted, Is.EqualTo(ChunkCount));
    }

    [Test]
    public async Task Leaves_nothing_behind_when_the_page_is_left_before_that()
    {
        var posts = await UploadHalfAsync(MakeFile("film.bin", FilmSize));
        await Row.Cancel.ClickAsync();
        await BecomesAsync(Row, "cancelling");
        posts.Release();
        Assert.That(Parts(), Has.Length.EqualTo(1));
        await Page.GotoAsync("about:blank");
        await Eventually.Is(() => Parts().Length == 0, "the part is gone");
    }

    [Test]
    public async Task Is_for_one_tab_at_a_time()
    {
        var file = MakeFile("film.bin", FilmSize);
        var posts = await UploadHalfAsync(file);
        var other = await Page.Context.NewPageAsync();
        await other.GotoAsync(Server.BaseAddress.ToString());
        var otherUploads = new UploadPage(other, Texts);
        await otherUploads.Unfinished.Cancel.ClickAsync();
        await Expect(otherUploads.Unfinished.Element).ToContainTextAsync("It is open in another tab: cancel it there");

        await Row.Cancel.ClickAsync();
        await BecomesAsync(Row, "cancelling");
        posts.Release();
        var otherPosts = await ChunkPosts.WatchAsync(other);
        await otherUploads.FileInput.SetInputFilesAsync(file);
        var row = otherUploads.Row;
        await BecomesAsync(row, "elsewhere");
        await Row.Undo.ClickAsync();
        await IsStoredAsync(row, file);
        await IsStoredAsync(Row, file);
        Assert.That(posts.Accepted + otherPosts.Accepted, Is.EqualTo(ChunkCount));
    }

    [Test]
    public async Task Lets_another_tab_begin_anew_when_the_page_is_left()
    {
        var file = MakeFile("film.bin", FilmSize);
        var posts = await UploadHalfAsync(file);
        await Row.Cancel.ClickAsync();
        await BecomesAsync(Row, "cancelling");
        posts.Release();
        var other = await Page.Context.NewPageAsync();
        await other.GotoAsync(Server.BaseAddress.ToString());
        var otherUploads = new UploadPage(other, Texts);
        await otherUploads.FileInput.SetInputFilesAsync(file);
        var row = otherUploads.Row;
        await BecomesAsync(row, "elsewhere");
        await Page.GotoAsync("about:blank");
        await IsStoredAsync(row, file);
    }

    [Test]
    public async Task Of_an_unfinished_upload_is_undone_and_leaves_nothing_behind_either()
    {
        var posts = await UploadHalfAsync(MakeFile("film.bin", FilmSize));
        await Page.ReloadAsync();
        posts.Release();
        await Page.UnrouteAllAsync();
        var row = Uploads.Unfinished;
        await row.Cancel.ClickAsync();
        await Expect(row.Cancelled).ToBeVisibleAsync();
        await row.Undo.ClickAsync();
        await Expect(row.Cancelled).ToBeHiddenAsync();
        await SkipUndoingAsync();
        await Page.ReloadAsync();
        await Expect(row.Element).ToHaveCountAsync(1);
        await row.Cancel.ClickAsync();
        await Expect(row.Cancelled).ToBeVisibleAsync();
        await Page.GotoAsync("about:blank");
        await Eventually.Is(() => Parts().Length == 0, "the part is gone");
    }

    [TestCase(390)]
    [TestCase(1440)]
    public async Task Moves_nothing(int width)
    {
        await Page.SetViewportSizeAsync(width, 900);
        var posts = await UploadHalfAsync(MakeFile("film.bin", FilmSize));
        var before = await PlacesAsync();
        await Row.Cancel.ClickAsync();
        await BecomesAsync(Row, "cancelling");
        Assert.That(await PlacesAsync(), Is.EqualTo(before));
        await Row.Undo.ClickAsync();
        await BecomesAsync(Row, "uploading");
        await Page.ReloadAsync();
        posts.Release();
        await Page.UnrouteAllAsync();
        var row = Uploads.Unfinished;
        await row.Element.WaitForAsync();
        before = await PlacesAsync();
        await row.Cancel.ClickAsync();
        await Expect(row.Cancelled).ToBeVisibleAsync();
        Assert.That(await PlacesAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task Says_so_in_Chinese()
    {
        await KeepLanguageAsync("zh-Hans");
        var posts = await UploadHalfAsync(MakeFile("film.bin", FilmSize));
        await Row.Cancel.ClickAsync();
        await Expect(Rows).ToContainTextAsync("已取消");
        await Expect(Rows.Named(AriaRole.Button, "撤销")).ToBeVisibleAsync();
        await Page.Clock.FastForwardAsync(1000);
        await Expect(Uploads.Announcement).ToHaveTextAsync("film.bin：已取消。10 秒内可以撤销。");
        await Screenshots.CheckFitAsync(Page, "undo-zh-Hans");
        posts.Release();
    }

    /// <summary>Uploads until three chunks are in, and holds the others back; the page's time is the test's.</summary>
    async Task<ChunkPosts> UploadHalfAsync(string file)
    {
        await TakeTheClockAsync();
        var posts = await ChunkPosts.WatchAsync(Page, passing: 3);
        await PickAsync(file);
        await posts.HeldAsync();
        await BecomesAsync(Row, "uploading");
        return posts;
    }

    string[] Parts() => Directory.GetFiles(Path.Combine(DataFolder, "parts"));

    /// <summary>Where the rows are and what is in them, and what comes after them.</summary>
    async Task<string> PlacesAsync() => JsonSerializer.Serialize(await Page.EvaluateAsync<double[][]>(
        """
        () => [...document.querySelectorAll('.row, .row progress, .row-title, .row-actions, .promises')].map(it => {
          const { top, height } = it.getBoundingClientRect();
          return [Math.round(top + scrollY), Math.round(height)];
        })
        """));
}
