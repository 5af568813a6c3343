using System.Text.RegularExpressions;
using ChunkUploader.Tests.Browser.Pages;
using ChunkUploader.Tests.Support;
using Microsoft.Playwright;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ChunkUploader.Tests.Browser;

/// <summary>
/// The pages behind a proxy, set up as OPERATIONS.md says: below a path, over https, with HTTP/2. The other tests of the pages
/// can be run so, too, with <c>UPLOADER_PROXY=nginx</c> or <c>caddy</c>; not those of other people's clients, whose
/// snippets name <c>/upload</c>.
/// </summary>
[TestFixture(ProxyKind.Nginx)]
[TestFixture(ProxyKind.Caddy)]
[Platform("Linux")]
public sealed class BehindProxyTests(ProxyKind proxy) : BrowserTests
{
    protected override ProxyKind Proxy => proxy;

    protected override bool SharesServer => true;

    [Test]
    public async Task An_upload_goes_on_after_a_reload_and_its_page_opens()
    {
        var protocol = await Page.EvaluateAsync<string>("() => performance.getEntriesByType('navigation')[0].nextHopProtocol");
        Assert.That(protocol, Is.EqualTo("h2"));

        var (film, note) = (MakeFile("film.bin", FilmSize), MakeFile("note.txt", "Hello, world."u8.ToArray()));
        var posts = await ChunkPosts.WatchAsync(Page, passing: 3);
        await PickAsync(film);
        await posts.HeldAsync();
        await Page.ReloadAsync();
        posts.Release();
        await Page.UnrouteAllAsync();
        await PickAsync(film, note);
        await IsStoredAsync(RowOf("film.bin"), film);
        var row = RowOf("note.txt");
        await IsStoredAsync(row, note);

        await row.Open("note.txt").ClickAsync();
        await Expect(Page).ToHaveURLAsync(new Regex($"^{Regex.Escape($"{Server.BaseAddress}files/")}"));
        await Expect(StoredFile.Preview("note.txt")).ToHaveTextAsync("Hello, world.");
        var download = await Page.RunAndWaitForDownloadAsync(() => StoredFile.Download.ClickAsync());
        Assert.That(await File.ReadAllTextAsync(await download.PathAsync()), Is.EqualTo("Hello, world."));
    }

    [Test]
    public async Task The_admin_signs_in_and_out_and_the_language_stays()
    {
        await SignInAsync();
        await Preferences.Button.ClickAsync();
        await Preferences.Choice("简体中文").ClickAsync();
        Texts = PageTexts.In("zh-Hans");
        await Expect(Page.Locator("html")).ToHaveAttributeAsync("lang", "zh-Hans");
        await Expect(Page).ToHaveURLAsync($"{Server.BaseAddress}admin");
        await Page.Named(AriaRole.Button, Texts["Sign out"]).ClickAsync();
        await Page.GotoAsync($"{Server.BaseAddress}admin");
        await Expect(Page.Labelled(Texts["Password"])).ToBeVisibleAsync();
        var cookies = (await Page.Context.CookiesAsync()).Select(cookie => (cookie.Path.TrimEnd('/'), cookie.Secure)).ToList();
        Assert.That(cookies, Is.Not.Empty);
        Assert.That(cookies, Is.All.EqualTo(("/share", true)));
    }

    [Test]
    public async Task The_module_uploads_from_a_page_of_its_own()
    {
        await Page.GotoAsync($"{Server.BaseAddress}examples/embed");
        await Page.Locator("#files").SetInputFilesAsync(MakeFile("film.bin", FilmSize));
        await Expect(Page.Locator("#overall")).ToHaveTextAsync("1 of 1 files are stored.");
        await Page.GetByText("film.bin").ClickAsync();
        await Expect(StoredFile.Download).ToBeVisibleAsync();
    }

    [Test]
    public async Task What_is_not_there_is_said_on_a_page_whose_links_lead_back()
    {
        await Page.GotoAsync($"{Server.BaseAddress}no/such/page");
        await Page.GetByRole(AriaRole.Banner).GetByRole(AriaRole.Link).First.ClickAsync();
        await Expect(Page).ToHaveURLAsync(Server.BaseAddress.ToString());
        await Expect(Uploads.FileInput).ToBeAttachedAsync();
    }
}
