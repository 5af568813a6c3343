using System.Text.RegularExpressions;
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
        await Expect(Page.Locator("input[name=files]")).ToBeVisibleAsync();
        await Expect(Page.Locator("[data-uploader]")).ToBeHiddenAsync();
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
        await Page.GetByTestId("delete").ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Delete this file?" })).ToBeVisibleAsync();
        await Expect(Page.GetByTestId("keep")).ToBeFocusedAsync();
        await Screenshots.CheckFitAsync(Page, "delete-no-script");
        await Page.GetByTestId("keep").ClickAsync();
        await Expect(Page).ToHaveURLAsync(new Regex($"^{Regex.Escape(list)}"));
        await Page.GetByTestId("delete").ClickAsync();
        await Page.GetByTestId("confirm").ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Status)).ToContainTextAsync("is in the trash");

        await Page.GetByRole(AriaRole.Link, new() { Name = "Trash" }).ClickAsync();
        await Page.GetByTestId("delete").ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Delete this file for good?" })).ToBeVisibleAsync();
        var question = Page.Url;
        await Page.GetByTestId("confirm").ClickAsync();
        await Expect(Page.GetByText("The trash is empty.")).ToBeVisibleAsync();
        await Page.GotoAsync(question);
        await Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Nothing was deleted.");
    }

    protected override BrowserNewContextOptions ContextOptions() => new() { JavaScriptEnabled = false };

    async Task ChooseAsync(string choice)
    {
        await Page.GetByTestId("preferences").ClickAsync();
        await Page.Locator(".choices button", new() { HasText = choice }).ClickAsync();
    }

    async Task OpenAsync(string language)
    {
        await KeepAsync("uploader-language", language);
        await Page.ReloadAsync();
    }
}
