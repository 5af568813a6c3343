using ChunkUploader.Tests.Browser.Pages;
using ChunkUploader.Tests.Support;
using Microsoft.Playwright;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ChunkUploader.Tests.Browser;

/// <summary>A visitor who has forbidden sites to keep anything: no cookies, no storage, no locks.</summary>
[TestFixture]
public sealed class SiteDataTests : BrowserTests
{
    [Test]
    public async Task Files_go_up_where_site_data_are_blocked()
    {
        using var profile = new TempFolder();
        Directory.CreateDirectory(profile.Combine("Default"));
        await File.WriteAllTextAsync(
            profile.Combine("Default/Preferences"), """{"profile":{"default_content_setting_values":{"cookies":2}}}""");
        using var playwright = await Playwright.CreateAsync();
        await using var context = await playwright.Chromium.LaunchPersistentContextAsync(
            profile.Path,
            new()
            {
                ExecutablePath = Chromium.ExecutablePath,
                Headless = true,
                IgnoreHTTPSErrors = IsProxied,
                Args = Chromium.Arguments,
            });
        var page = await context.NewPageAsync();
        await page.GotoAsync(Server.BaseAddress.ToString());
        Assert.That(
            await page.EvaluateAsync<string>("() => { try { localStorage; return 'allowed'; } catch (e) { return e.name; } }"),
            Is.EqualTo("SecurityError"));
        var uploads = new UploadPage(page, Texts);
        await uploads.FileInput.SetInputFilesAsync([MakeFile("film.bin", FilmSize), MakeFile("note.txt", 100)]);
        await Expect(uploads.RowsIn("done")).ToHaveCountAsync(2);
        await Expect(uploads.RowOf("film.bin").Open("film.bin")).ToBeVisibleAsync();
    }
}
