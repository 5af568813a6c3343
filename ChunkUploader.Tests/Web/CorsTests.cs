using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

/// <summary>Pages of other sites may upload where they are configured, and nowhere else.</summary>
[TestFixture]
public sealed class CorsTests : ServedTests
{
    const string Friend = "https://friend.example";

    protected override (string, string)[] Settings => [("Cors:Origins", $"{Friend}, http://localhost:3000")];

    [TestCase("upload")]
    [TestCase("uploads")]
    [TestCase("uploads/0123456789abcdef0123456789abcdef/chunks/0")]
    [TestCase("check")]
    [TestCase("chunked/chunk")]
    public async Task A_configured_origin_may_ask_and_send(string path)
    {
        var asked = await AskAsync(App.Address, path, Friend);
        Assert.That((asked.Status, OriginIn(asked)), Is.EqualTo((204, Friend)));
        Assert.That(HeaderOf(asked, "Access-Control-Allow-Headers"), Does.Contain("x-upload-owner").IgnoreCase);
        Assert.That(OriginIn(await AskAsync(App.Address, path, "https://foe.example")), Is.Null);
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

    static async Task<ApiAnswer> AskAsync(Uri address, string path, string origin)
    {
        using var client = new UploadClient(address);
        var request = new HttpRequestMessage(HttpMethod.Options, path);
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
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

    static string? OriginIn(ApiAnswer answer) => HeaderOf(answer, "Access-Control-Allow-Origin");

    static string? HeaderOf(ApiAnswer answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;
}
