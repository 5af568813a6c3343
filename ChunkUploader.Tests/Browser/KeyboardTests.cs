using Microsoft.Playwright;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ChunkUploader.Tests.Browser;

/// <summary>All that can be done with uploads can be done by keyboard, and the focus is never lost.</summary>
[TestFixture]
public sealed class KeyboardTests : BrowserTests
{
    [SetUp]
    public async Task OpenTheBrowsersOwnPicker()
    {
        await Page.AddInitScriptAsync("window.showOpenFilePicker = undefined;"); // it cannot be answered by a test
        await TakeTheClockAsync();
    }

    [Test]
    public async Task An_upload_is_picked_paused_resumed_looked_at_and_its_link_copied()
    {
        await Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        var file = MakeFile("film.bin", FilmSize);
        var posts = await ChunkPosts.WatchAsync(Page, passing: 3);
        await PickByKeyboardAsync(file);
        await posts.HeldAsync();

        await Focus.MoveToAsync(Page, Row.Pause);
        await Page.Keyboard.PressAsync("Enter");
        await BecomesAsync(Row, "paused");
        await Focus.IsOnAsync(Page, Row.Resume);
        await Page.Keyboard.PressAsync("Space");
        await BecomesAsync(Row, "uploading");
        await Focus.IsOnAsync(Page, Row.Pause);

        var details = Row.Details;
        await Focus.MoveToAsync(Page, details);
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Row.ChunkMap("film.bin")).ToBeVisibleAsync();
        await Expect(details).ToHaveAttributeAsync("aria-expanded", "true");
        posts.Release();
        await BecomesAsync(Row, "done");
        await Focus.IsOnAsync(Page, details);

        await Focus.MoveToAsync(Page, Row.CopyLink);
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Row.CopyLink).ToHaveTextAsync("Copied");
        await Focus.IsOnAsync(Page, Row.CopyLink);
        var link = await Page.EvaluateAsync<string>("() => navigator.clipboard.readText()");
        Assert.That(link, Does.StartWith($"{Server.BaseAddress}files/"));
    }

    [Test]
    public async Task An_upload_is_cancelled_and_what_is_finished_is_cleared()
    {
        var posts = await ChunkPosts.WatchAsync(Page, passing: 3);
        await PickByKeyboardAsync(MakeFile("note.txt", "Hello"u8.ToArray()), MakeFile("film.bin", FilmSize));
        await posts.HeldAsync();
        var film = RowOf("film.bin");
        await Focus.MoveToAsync(Page, film.Cancel);
        await Page.Keyboard.PressAsync("Enter");
        await BecomesAsync(film, "cancelling");
        await Focus.IsOnAsync(Page, film.Undo);
        await Page.Keyboard.PressAsync("Enter");
        await BecomesAsync(film, "uploading");
        await Focus.IsOnAsync(Page, film.Pause);
        await Focus.MoveToAsync(Page, film.Cancel);
        await Page.Keyboard.PressAsync("Enter");
        await BecomesAsync(film, "cancelling");
        await SkipUndoingAsync();
        await BecomesAsync(film, "cancelled");
        await Focus.IsOnAsync(Page, film.Remove);
        posts.Release();

        await BecomesAsync(RowOf("note.txt"), "done");
        await Focus.MoveToAsync(Page, Uploads.ClearTheList);
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Rows).ToHaveCountAsync(0);
        await Focus.IsOnAsync(Page, Uploads.FileInput);
    }

    [Test]
    public async Task An_unfinished_upload_is_cancelled()
    {
        var posts = await ChunkPosts.WatchAsync(Page, passing: 3);
        await PickByKeyboardAsync(MakeFile("film.bin", FilmSize));
        await posts.HeldAsync();
        await Page.ReloadAsync();
        posts.Release();
        var unfinished = Uploads.Unfinished;
        await unfinished.Element.WaitForAsync();
        await Focus.MoveToAsync(Page, unfinished.Cancel);
        await Page.Keyboard.PressAsync("Enter");
        await Focus.IsOnAsync(Page, unfinished.Undo);
        await Page.Keyboard.PressAsync("Enter");
        await Focus.IsOnAsync(Page, unfinished.Cancel);
        await Page.Keyboard.PressAsync("Enter");
        await Focus.IsOnAsync(Page, unfinished.Undo);
        await SkipUndoingAsync();
        await Expect(unfinished.Element).ToHaveCountAsync(0);
        await Focus.IsOnAsync(Page, Uploads.FileInput);
    }

    async Task PickByKeyboardAsync(params string[] files)
    {
        await Focus.MoveToAsync(Page, Uploads.FileInput);
        await ChooseAsync(Page, () => Page.Keyboard.PressAsync("Enter"), files);
    }
}
