using System.Net;
using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

/// <summary>Pages of other sites may upload where they are configured, and nowhere else.</summary>
[TestFixture]
public sealed class CorsTests : ServedTests
{
    const string Friend = "https://friend.example";
    const string Neighbour = "http://localhost:3000";

    protected override (string, string)[] Settings =>
        [("Cors:Origins", $"{Friend}, {Neighbour}")];

    [TestCase("upload", "POST")]
    [TestCase("upload", "DELETE")]
    [TestCase("uploads", "POST")]
    [TestCase("uploads/0123456789abcdef0123456789abcdef/chunks/0", "PUT")]
    [TestCase("check", "POST")]
    [TestCase("chunked/chunk", "POST")]
    public async Task A_configured_origin_may_ask_and_send(string path, string method)
    {
        var asked = await AskAsync(App.Address, path, Friend, method);
        Assert.That((asked.Status, OriginIn(asked)), Is.EqualTo((204, Friend)));
        Assert.That(HeaderOf(asked, "Access-Control-Allow-Headers"), Does.Contain("x-upload-owner").IgnoreCase);
        Assert.That(OriginIn(await AskAsync(App.Address, path, "https://foe.example", method)), Is.Null);
    }

    [Test]
    public async Task The_modules_texts_are_readable_too()
    {
        var answer = await SendAsync(Client, HttpMethod.Get, "languages/zh-Hans", Friend);
        Assert.That((answer.Status, OriginIn(answer)), Is.EqualTo((200, Friend)));
    }

    [TestCase("admin")]
    [TestCase("")]
    [TestCase("files")]
    [TestCase("uploadsx")]
    public async Task The_rest_stays_closed(string path) =>
        Assert.That(OriginIn(await AskAsync(App.Address, path, Friend)), Is.Null);

    [Test]
    public async Task What_a_friends_page_sends_is_taken_and_its_answer_readable()
    {
        var answer = await PostAsync(Friend);
        Assert.That((answer.Status, OriginIn(answer)), Is.EqualTo((200, Friend)), answer.ToString());
        Assert.That(HeaderOf(answer, "Access-Control-Expose-Headers"), Does.Contain("Retry-After"));
        var foe = await PostAsync("https://foe.example");
        Assert.That((foe.Status, foe.Code, OriginIn(foe)), Is.EqualTo((403, "cross-site", default(string))));
    }

    [Test]
    public async Task Refusals_are_readable_too()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "check");
        request.Headers.Add("Origin", Friend);
        var answer = await Client.SendAsync(request);
        Assert.That((answer.Status, OriginIn(answer)), Is.EqualTo((400, Friend)));
    }

    [Test]
    public async Task The_visitor_of_this_servers_pages_is_nobody_to_another_origin()
    {
        using var browser = UploadClient.Guest(App.Address, cookies: new CookieContainer());
        await browser.GetAsync("");
        var begun = await browser.BeginAsync("secret.bin", 10);
        Assert.That((await browser.GetAsync("uploads")).Json.GetArrayLength(), Is.EqualTo(1));

        // A page on another port is of the same site: the browser sends it all cookies.
        var listed = await SendAsync(browser, HttpMethod.Get, "uploads", Neighbour);
        Assert.That((listed.Status, OriginIn(listed), listed.Json.GetArrayLength()), Is.EqualTo((200, Neighbour, 0)));
        Assert.That(
            await SendAsync(browser, HttpMethod.Get, $"uploads/{begun.Id}", Neighbour),
            Refused.With(404, "upload-not-found"));
    }

    [Test]
    public async Task A_link_on_another_site_leads_the_visitor_to_a_page_that_knows_them()
    {
        using var browser = UploadClient.Guest(App.Address, cookies: new CookieContainer());
        await browser.GetAsync("");
        var request = new HttpRequestMessage(HttpMethod.Get, "");
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        Assert.That(HeaderOf(await browser.SendAsync(request), "Set-Cookie"), Is.Null);
    }

    [Test]
    public async Task Another_origin_has_a_cookie_of_its_own_where_browsers_take_one()
    {
        using var guest = UploadClient.Guest(App.Address);
        var cookie = HeaderOf(await SendAsync(guest, HttpMethod.Post, "upload", Friend, "https"), "Set-Cookie");

        Assert.That(cookie, Does.StartWith("uploader-other-visitor="));
        Assert.That(cookie, Does.Contain("samesite=none").And.Contain("secure").And.Contain("partitioned").IgnoreCase);
        Assert.That(
            HeaderOf(await SendAsync(guest, HttpMethod.Post, "upload", Friend, "http"), "Set-Cookie"), Is.Null);
        Assert.That(
            HeaderOf(await SendAsync(guest, HttpMethod.Get, "upload", "https://foe.example", "https"), "Set-Cookie"),
            Is.Null);
        Assert.That(await KnowsAsync(Friend), Is.True);
        Assert.That(await KnowsAsync(Neighbour), Is.False, "it holds for the origin that it was given to");
        Assert.That(await KnowsAsync(null), Is.False, "nor for this server's own pages");

        async Task<bool> KnowsAsync(string? origin) => HeaderOf(
            await SendAsync(guest, HttpMethod.Post, "upload", origin, "https", cookie!.Split(';')[0]), "Set-Cookie") is null;
    }

    [Test]
    public async Task Images_may_be_shown_on_other_sites_only_then()
    {
        await using var closed = new UploaderApp();
        foreach (var (address, policy) in new[] { (App.Address, "cross-origin"), (closed.Address, null) })
        {
            using var client = new UploadClient(address);
            var file = (await client.UploadAsync(TestFile.Random(10, "a.png")))["file"];
            var shown = await client.GetAsync(file.GetProperty("previewUrl").GetString()!.TrimStart('/'));
            Assert.That(HeaderOf(shown, "Cross-Origin-Resource-Policy"), Is.EqualTo(policy));
        }
    }

    [Test]
    public async Task By_default_nobody_may()
    {
        await using var closed = new UploaderApp();
        Assert.That(OriginIn(await AskAsync(closed.Address, "upload", Friend)), Is.Null);
    }

    [TestCase("https://friend.example/")]
    [TestCase("friend.example")]
    [TestCase("*")]
    [TestCase("https://friend.example/path")]
    public async Task Origins_that_are_none_end_the_start(string origins)
    {
        using var folder = new TempFolder();
        var (exitCode, output) = await ServerProcess.RunAsync(
            "--Storage:Root", folder.Path, "--urls", "http://127.0.0.1:0", "--Cors:Origins", origins);
        Assert.That(exitCode, Is.EqualTo(1), output);
        Assert.That(output, Does.Contain("Cors:Origins"));
    }

    static async Task<ApiAnswer> AskAsync(Uri address, string path, string origin, string method = "POST")
    {
        using var client = new UploadClient(address);
        var request = new HttpRequestMessage(HttpMethod.Options, path);
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", method);
        request.Headers.Add("Access-Control-Request-Headers", "x-upload-owner");
        return await client.SendAsync(request);
    }

    Task<ApiAnswer> PostAsync(string origin)
    {
        var form = new MultipartFormDataContent { { new ByteArrayContent([1]), "file", "a.bin" } };
        var request = new HttpRequestMessage(HttpMethod.Post, "upload") { Content = form };
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        return Client.SendAsync(request);
    }

    static Task<ApiAnswer> SendAsync(
        UploadClient client,
        HttpMethod method,
        string path,
        string? origin,
        string scheme = "http",
        string? cookie = null)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Add("X-Forwarded-Proto", scheme);
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
            request.Headers.Add("Sec-Fetch-Site", origin == Neighbour ? "same-site" : "cross-site");
        }

        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        return client.SendAsync(request);
    }

    static string? OriginIn(ApiAnswer answer) => HeaderOf(answer, "Access-Control-Allow-Origin");

    static string? HeaderOf(ApiAnswer answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;
}
