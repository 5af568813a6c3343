using System.Text.RegularExpressions;
using ChunkUploader.Tests.Browser.Pages;
using ChunkUploader.Tests.Support;
using Microsoft.Playwright;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ChunkUploader.Tests.Browser;

/// <summary>The pages in a browser without JavaScript.</summary>
[TestFixture]
public sealed class NoScriptTests : BrowserTests
{
    [Test]
    public async Task The_plain_form_is_the_only_uploader([Values("en", "zh-Hans")] string language)
    {
        await OpenAsync(language);
        await Expect(Uploads.PlainInput).ToBeVisibleAsync();
        await Expect(Uploads.FileInput).ToBeHiddenAsync();
        await Screenshots.CheckFitAsync(Page, $"no-script-{language}");
    }

    [Test]
    public async Task A_theme_and_a_language_are_chosen_by_the_form()
    {
        await ChooseAsync("Dark");
        await Expect(Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await ChooseAsync("简体中文");
        await Expect(Page.Locator("html")).ToHaveAttributeAsync("lang", "zh-Hans");
        await Expect(Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
    }

    [Test]
    public async Task Files_are_deleted_by_pages_that_ask_first()
    {
        using (var client = Server.NewUploadClient())
        {
            await client.UploadAsync(new TestFile("one.txt", Pictures.Pdf));
        }

        await SignInAsync();
        var list = Page.Url;
        await Admin.Delete("one.txt").ClickAsync();
        await Expect(Page.Named(AriaRole.Heading, "Delete this file?")).ToBeVisibleAsync();
        await Expect(Page.Named(AriaRole.Link, "Keep it")).ToBeFocusedAsync();
        await Screenshots.CheckFitAsync(Page, "delete-no-script");
        await Page.Named(AriaRole.Link, "Keep it").ClickAsync();
        await Expect(Page).ToHaveURLAsync(new Regex($"^{Regex.Escape(list)}"));
        await Admin.Delete("one.txt").ClickAsync();
        await Page.Named(AriaRole.Button, "Move to the trash").ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Status)).ToContainTextAsync("is in the trash");

        await Page.Named(AriaRole.Link, "Trash").ClickAsync();
        await Admin.DeleteForGood("one.txt").ClickAsync();
        await Expect(Page.Named(AriaRole.Heading, "Delete this file for good?")).ToBeVisibleAsync();
        var question = Page.Url;
        await Page.Named(AriaRole.Button, "Delete for good").ClickAsync();
        await Expect(Page.Reading("The trash is empty.")).ToBeVisibleAsync();
        await Page.GotoAsync(question);
        await Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Nothing was deleted.");
    }

    protected override BrowserNewContextOptions ContextOptions() => new() { JavaScriptEnabled = false };

    async Task ChooseAsync(string choice)
    {
        await Preferences.Button.ClickAsync();
        await Preferences.Choice(choice).ClickAsync();
    }

    async Task OpenAsync(string language)
    {
        await KeepLanguageAsync(language);
        await Page.ReloadAsync();
    }
}
