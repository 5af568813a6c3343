using Microsoft.Playwright;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ChunkUploader.Tests.Browser;

/// <summary>All that can be done with uploads can be done by keyboard, and the focus is never lost.</summary>
[TestFixture]
public sealed class KeyboardTests : BrowserTests
{
    const int Size = 60 * 1024 * 1024;

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
        var file = MakeFile("film.bin", Size);
        var posts = await ChunkPosts.WatchAsync(Page, passing: 3);
        await PickByKeyboardAsync(file);
        await posts.HeldAsync();

        await Focus.MoveToAsync(Page, Rows.GetByTestId("pause"));
        await Page.Keyboard.PressAsync("Enter");
        await BecomesAsync(Rows, "paused");
        await Focus.IsOnAsync(Page, Rows.GetByTestId("resume"));
        await Page.Keyboard.PressAsync("Space");
        await BecomesAsync(Rows, "uploading");
        await Focus.IsOnAsync(Page, Rows.GetByTestId("pause"));

        var details = Rows.GetByTestId("details");
        await Focus.MoveToAsync(Page, details);
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Rows.GetByTestId("chunk-map")).ToBeVisibleAsync();
        await Expect(details).ToHaveAttributeAsync("aria-expanded", "true");
        posts.Release();
        await BecomesAsync(Rows, "done");
        await Focus.IsOnAsync(Page, details);

        await Focus.MoveToAsync(Page, Rows.GetByTestId("copy-link"));
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Rows.GetByTestId("copy-link")).ToHaveTextAsync("Copied");
        await Focus.IsOnAsync(Page, Rows.GetByTestId("copy-link"));
        var link = await Page.EvaluateAsync<string>("() => navigator.clipboard.readText()");
        Assert.That(link, Does.StartWith($"{Server.BaseAddress}files/"));
    }

    [Test]
    public async Task An_upload_is_cancelled_and_what_is_finished_is_cleared()
    {
        var posts = await ChunkPosts.WatchAsync(Page, passing: 3);
        await PickByKeyboardAsync(MakeFile("note.txt", "Hello"u8.ToArray()), MakeFile("film.bin", Size));
        await posts.HeldAsync();
        var film = Rows.Filter(new() { HasText = "film.bin" });
        await Focus.MoveToAsync(Page, film.GetByTestId("cancel"));
        await Page.Keyboard.PressAsync("Enter");
        await BecomesAsync(film, "cancelling");
        await Focus.IsOnAsync(Page, film.GetByTestId("undo"));
        await Page.Keyboard.PressAsync("Enter");
        await BecomesAsync(film, "uploading");
        await Focus.IsOnAsync(Page, film.GetByTestId("pause"));
        await Focus.MoveToAsync(Page, film.GetByTestId("cancel"));
        await Page.Keyboard.PressAsync("Enter");
        await BecomesAsync(film, "cancelling");
        await SkipUndoingAsync();
        await BecomesAsync(film, "cancelled");
        await Focus.IsOnAsync(Page, film.GetByTestId("dismiss"));
        posts.Release();

        await BecomesAsync(Rows.Filter(new() { HasText = "note.txt" }), "done");
        await Focus.MoveToAsync(Page, Page.GetByTestId("clear-finished"));
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Rows).ToHaveCountAsync(0);
        await Focus.IsOnAsync(Page, Page.GetByTestId("file-input"));
    }

    [Test]
    public async Task An_unfinished_upload_is_cancelled()
    {
        var posts = await ChunkPosts.WatchAsync(Page, passing: 3);
        await PickByKeyboardAsync(MakeFile("film.bin", Size));
        await posts.HeldAsync();
        await Page.ReloadAsync();
        posts.Release();
        var unfinished = Page.GetByTestId("unfinished-row");
        await unfinished.WaitForAsync();
        await Focus.MoveToAsync(Page, unfinished.GetByTestId("cancel"));
        await Page.Keyboard.PressAsync("Enter");
        await Focus.IsOnAsync(Page, unfinished.GetByTestId("undo"));
        await Page.Keyboard.PressAsync("Enter");
        await Focus.IsOnAsync(Page, unfinished.GetByTestId("cancel"));
        await Page.Keyboard.PressAsync("Enter");
        await Focus.IsOnAsync(Page, unfinished.GetByTestId("undo"));
        await SkipUndoingAsync();
        await Expect(unfinished).ToHaveCountAsync(0);
        await Focus.IsOnAsync(Page, Page.GetByTestId("file-input"));
    }

    async Task PickByKeyboardAsync(params string[] files)
    {
        await Focus.MoveToAsync(Page, Page.GetByTestId("file-input"));
        await ChooseAsync(Page, () => Page.Keyboard.PressAsync("Enter"), files);
    }
}
