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
        await Screenshots.TakeAsync(Page, $"no-script-{language}");
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
