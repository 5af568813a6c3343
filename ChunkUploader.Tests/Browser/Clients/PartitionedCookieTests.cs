using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ChunkUploader.Tests.Support;
using Microsoft.Playwright;
using NUnit.Framework;

namespace ChunkUploader.Tests.Browser.Clients;

/// <summary>A page of another site uploads here over https, and names no owner.</summary>
[TestFixture]
public sealed class PartitionedCookieTests : ClientPageTests
{
    const int ChunkCount = 12;
    const int Half = 6;
    const string Cookie = "uploader-other-visitor";
    static readonly Uri Friend = new("https://friend.example/");
    static readonly Uri OtherFriend = new("https://other-friend.example/");
    readonly X509Certificate2 _certificate = Certificates.ForLoopback();

    protected override (string, string)[] Settings =>
        [("Cors:Origins", "https://friend.example https://other-friend.example")];

    protected override X509Certificate2? Certificate => _certificate;

    protected override BrowserNewContextOptions ContextOptions() => new() { IgnoreHTTPSErrors = true };

    [OneTimeTearDown]
    public void DisposeCertificate() => _certificate.Dispose();

    [Test]
    public async Task Goes_on_after_a_reload_by_a_cookie_that_holds_for_that_site_alone()
    {
        var file = MakeFile("film.bin", ChunkCount * ClientChunk);
        var page = await OpenElsewhereAsync(Friend);
        var posts = await WatchAsync(passing: Half);
        await page.PickAsync(file);
        await posts.HeldAsync();
        await page.ReloadAsync();
        posts.Drop();
        await Page.UnrouteAllAsync();
        Assert.That(await SitesOfTheCookieAsync(), Is.EqualTo(["https://friend.example"]));
        await FetchAsync("{ method: 'POST', body: new URLSearchParams({ fileName: 'notes.txt', size: 9 }) }");
        Assert.That(await UnfinishedAsync(), Does.Contain("notes.txt"), "Who is known by a guess is listed nothing.");

        await OpenElsewhereAsync(OtherFriend);
        Assert.That(await UnfinishedAsync(), Is.Empty);

        page = await OpenElsewhereAsync(Friend);
        posts = await WatchAsync();
        await page.PickAsync(file);
        await page.EndAsync();
        Assert.That(posts.Accepted, Is.EqualTo(Half));
    }

    async Task<IEnumerable<string?>> UnfinishedAsync() =>
        (await FetchAsync("{}"))!.Value.EnumerateArray().Select(session => session.GetProperty("fileName").GetString());

    Task<JsonElement?> FetchAsync(string options) => Page.EvaluateAsync(
        $"fetch('{Server.BaseAddress}uploads', {{ credentials: 'include', ...{options} }}).then(answer => answer.json())");

    Task<ClientPage> OpenElsewhereAsync(Uri origin) => ClientPage.OpenAsync(
        Page,
        origin,
        ClientLibrary.Flow,
        ClientChunk,
        snippet => snippet.Replace("target: '/upload'", $"withCredentials: true, target: '{Server.BaseAddress}upload'"));

    /// <summary>The sites in whose pages the browser sends it.</summary>
    async Task<IReadOnlyList<string?>> SitesOfTheCookieAsync()
    {
        var browser = await Page.Context.NewCDPSessionAsync(Page);
        var answer = await browser.SendAsync("Network.getAllCookies");
        return
        [
            .. answer!.Value.GetProperty("cookies").EnumerateArray()
                .Where(cookie => cookie.GetProperty("name").GetString() == Cookie)
                .Select(cookie => cookie.TryGetProperty("partitionKey", out var key)
                    ? key.GetProperty("topLevelSite").GetString()
                    : null),
        ];
    }
}
