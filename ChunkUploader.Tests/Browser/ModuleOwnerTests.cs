using System.Globalization;
using System.Text.Json;
using ChunkUploader.Tests.Support;
using Microsoft.Playwright;
using NUnit.Framework;

namespace ChunkUploader.Tests.Browser;

/// <summary>The module in pages that have never seen a page of this server, of this origin or of another one.</summary>
[TestFixture]
public sealed class ModuleOwnerTests : BrowserTests
{
    const int ChunkCount = 8;
    const int Passing = 3;
    static readonly string Scripts = Path.Combine(ProjectFolders.Root, "ChunkUploader.Web", "wwwroot");
    readonly Uri _other = new($"http://{Chromium.PlainHost}:{Ports.Next()}/");

    protected override int Port => _other.Port;

    protected override (string, string)[] Settings =>
    [
        ("Uploads:ChunkSize", ChunkSize.ToString(CultureInfo.InvariantCulture)),
        ("Cors:Origins", _other.GetLeftPart(UriPartial.Authority)),
    ];

    [Test]
    public async Task An_upload_is_unfinished_after_a_reload_and_goes_on([Values] bool elsewhere)
    {
        var file = MakeFile("film.bin", FilmSize);
        await OpenAsync(elsewhere);
        var posts = await ChunkPosts.WatchAsync(Page, Passing);
        await AddAsync(file);
        await posts.HeldAsync();
        await Page.ReloadAsync();
        posts.Release();
        await Page.UnrouteAllAsync();

        Assert.That(
            await Page.EvaluateAsync<string[]>("uploader.unfinished().then(all => all.map(one => one.fileName))"),
            Is.EqualTo(["film.bin"]));
        posts = await ChunkPosts.WatchAsync(Page);
        await AddAsync(file);
        await IsDoneAsync(file);
        Assert.That(posts.Accepted, Is.InRange(1, ChunkCount - Passing));
        Assert.That(await Page.Context.CookiesAsync(), Is.Empty);
    }

    [Test]
    public async Task A_cookie_that_comes_in_the_middle_does_not_end_an_upload()
    {
        var file = MakeFile("film.bin", FilmSize);
        await OpenAsync(elsewhere: false);
        var posts = await ChunkPosts.WatchAsync(Page, Passing);
        await AddAsync(file);
        await posts.HeldAsync();
        var otherTab = await Page.Context.NewPageAsync();
        await otherTab.GotoAsync($"{Server.BaseAddress}");
        Assert.That((await Page.Context.CookiesAsync()).Select(cookie => cookie.Name), Does.Contain("uploader-visitor"));
        posts.Release();

        await IsDoneAsync(file);
    }

    [Test]
    public async Task Where_storage_is_denied_files_go_up_all_the_same()
    {
        await Page.AddInitScriptAsync(
            """
            Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('Denied', 'SecurityError'); } });
            """);
        var file = MakeFile("film.bin", FilmSize);
        await OpenAsync(elsewhere: false);
        await AddAsync(file);
        await IsDoneAsync(file);
    }

    [Test]
    public async Task The_servers_own_page_names_no_owner()
    {
        var named = new List<string>();
        Page.Request += (_, request) => named.AddRange(request.Headers.Keys.Where(key => key == "x-upload-owner"));
        await PickAsync(MakeFile("film.bin", FilmSize));
        await BecomesAsync(Row, "done");
        Assert.That(named, Is.Empty);
    }

    async Task OpenAsync(bool elsewhere)
    {
        var html =
            $$"""
            <!doctype html>
            <input id="files" type="file">
            <script type="module">
              import { Uploader } from '{{(elsewhere ? _other : Server.BaseAddress)}}dist/uploader.js';
              window.uploader = new Uploader({{(elsewhere
                ? $"{{ base: '{Server.BaseAddress}', worker: '/dist/hasher.worker.js' }}"
                : "")}});
              window.outcomes = [];
              uploader.on('done', upload => outcomes.push(upload.result));
              uploader.on('failed', upload => outcomes.push({ error: upload.message }));
            </script>
            """;
        await Page.Context.RouteAsync(
            "**/own-page", route => route.FulfillAsync(new() { ContentType = "text/html", Body = html }));
        await Page.Context.RouteAsync(
            $"{_other}dist/**",
            route => route.FulfillAsync(new()
            {
                Path = Scripts + new Uri(route.Request.Url).AbsolutePath,
                ContentType = "text/javascript",
            }));
        await Page.Context.ClearCookiesAsync();
        await Page.GotoAsync($"{(elsewhere ? _other : Server.BaseAddress)}own-page");
    }

    async Task AddAsync(string file)
    {
        await Page.WaitForFunctionAsync("window.uploader");
        await Page.Locator("#files").SetInputFilesAsync(file);
        await Page.EvaluateAsync("uploader.add(document.querySelector('#files').files)");
    }

    async Task IsDoneAsync(string file)
    {
        await Page.WaitForFunctionAsync("outcomes.length > 0");
        using var outcome = JsonDocument.Parse(await Page.EvaluateAsync<string>("JSON.stringify(outcomes[0])"));
        Assert.That(outcome.RootElement.TryGetProperty("downloadUrl", out var url), Is.True, $"{outcome.RootElement}");
        using var client = Server.NewHttpClient();
        var stored = await client.GetByteArrayAsync(new Uri(url.GetString()!)); // absolute, as another site needs it
        Assert.That(stored.AsSpan().SequenceEqual(File.ReadAllBytes(file)), Is.True, "The stored bytes differ.");
    }
}
