using ChunkUploader.Tests.Browser.Pages;
using Microsoft.Playwright;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ChunkUploader.Tests.Browser;

/// <summary>The scripts speak as the page does.</summary>
[TestFixture]
public sealed class LanguageTests : BrowserTests
{
    ILocator Later => Preferences.Later;

    [Test]
    public async Task A_Chinese_page_tells_in_Chinese_how_an_upload_goes()
    {
        await SpeakAsync("zh-Hans");
        var posts = await ChunkPosts.WatchAsync(Page, passing: 3);
        var file = MakeFile("film.bin", FilmSize);
        await PickAsync(file);
        await posts.HeldAsync();
        await Expect(Rows).ToContainTextAsync("正在上传");
        await Expect(Rows).ToContainTextAsync("/ 1.9 MiB");
        await Expect(Rows.GetByRole(AriaRole.Progressbar)).ToHaveAccessibleNameAsync("film.bin 的上传进度");
        posts.Release();
        await IsStoredAsync(Row, file);
        await Expect(Rows).ToContainTextAsync("已完成");
        await Expect(Rows.Named(AriaRole.Link, "打开 film.bin")).ToBeVisibleAsync();
    }

    [Test]
    public async Task A_Chinese_page_says_in_Chinese_why_a_file_is_refused()
    {
        await SpeakAsync("zh-Hans");
        await Page.RouteAsync("**/uploads", route => route.FulfillAsync(new()
        {
            Status = 507,
            ContentType = "application/problem+json",
            Body = """{"title":"There is no room left","status":507,"code":"storage-full","detail":"Full."}""",
        }));
        await PickAsync(MakeFile("note.txt", "Hello"u8.ToArray()));
        await BecomesAsync(Row, "failed");
        await Expect(Rows.Reading("存储空间已满")).ToBeVisibleAsync();
    }

    [Test]
    public async Task Where_the_texts_do_not_come_the_page_uploads_all_the_same()
    {
        await Page.RouteAsync("**/languages/*", route => route.AbortAsync());
        await SpeakAsync("zh-Hans");
        var file = MakeFile("note.txt", "Hello"u8.ToArray());
        await PickAsync(file);
        await IsStoredAsync(new UploadRow(Rows, PageTexts.English), file);
        await Expect(Rows).ToContainTextAsync("Done");
    }

    [Test]
    public async Task A_language_that_is_chosen_while_files_go_up_waits_for_the_next_page()
    {
        var posts = await ChunkPosts.WatchAsync(Page, passing: 3);
        var file = MakeFile("film.bin", FilmSize);
        await PickAsync(file);
        await posts.HeldAsync();
        await Preferences.Button.ClickAsync();
        await Preferences.Choice("简体中文").ClickAsync();
        await Expect(Later).ToBeVisibleAsync();
        await Preferences.Choice("English").ClickAsync();
        await Expect(Later).ToBeHiddenAsync();
        var chosen = Preferences.Choice("简体中文");
        await chosen.ClickAsync();
        await Expect(chosen).ToHaveAttributeAsync("aria-pressed", "true");
        await BecomesAsync(Row, "uploading");
        posts.Release();
        await IsStoredAsync(Row, file);
        await Page.ReloadAsync();
        await Expect(Page.Locator("html")).ToHaveAttributeAsync("lang", "zh-Hans");
    }

    async Task SpeakAsync(string language)
    {
        await KeepLanguageAsync(language);
        await Page.ReloadAsync();
    }
}
