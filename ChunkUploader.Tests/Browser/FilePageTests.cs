using System.Net;
using System.Net.Http.Headers;
using ChunkUploader.Tests.Browser.Pages;
using Microsoft.Playwright;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ChunkUploader.Tests.Browser;

[TestFixture]
public sealed class FilePageTests : BrowserTests
{
    /// <summary>For its viewer of documents.</summary>
    protected override bool NeedsWholeBrowser => true;

    [Test]
    public async Task Shows_what_is_known_of_a_file_and_its_picture()
    {
        await UploadAsync(MakeFile("two by two.png", Pictures.Png));
        await Expect(Page.Named(AriaRole.Heading, "two by two.png")).ToBeVisibleAsync();
        await Expect(StoredFile.Detail("MD5")).ToHaveTextAsync(Convert.ToHexStringLower(Md5(Pictures.Png)));
        await Expect(Page.Locator("main")).ToContainTextAsync($"{Pictures.Png.Length} bytes");
        await Expect(Page.Locator("main")).ToContainTextAsync("PNG image");
        await Expect(StoredFile.Detail("Content hash")).ToHaveTextAsync(
            new System.Text.RegularExpressions.Regex("^[0-9a-f]{64}$"));
        Assert.That(
            await StoredFile.Image("two by two.png")
                .EvaluateAsync<int>("image => image.decode().then(() => image.naturalWidth)"),
            Is.EqualTo(2));
        await Screenshots.CheckFitAsync(Page, "file");
    }

    [Test]
    public async Task Shows_text_as_text_even_if_it_is_a_script()
    {
        var text = "<script>parent.document.title = 'run'; document.title = 'run'</script>"u8.ToArray();
        await UploadAsync(MakeFile("page.txt", text));
        await Expect(StoredFile.Preview("page.txt")).ToContainTextAsync("parent.document.title");
        await Expect(Page).Not.ToHaveTitleAsync("run");
    }

    [Test]
    public async Task Shows_a_document()
    {
        // The browser's own viewer opens in the frame, although the document itself is sandboxed.
        var viewer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Page.FrameNavigated += (_, frame) =>
        {
            if (frame.Url.StartsWith("chrome-extension://", StringComparison.Ordinal))
            {
                viewer.TrySetResult();
            }
        };
        await UploadAsync(MakeFile("letter.pdf", Pictures.Pdf));
        await viewer.Task.WaitAsync(TimeSpan.FromMinutes(1));
        using var client = Server.NewHttpClient();
        using var answer = await client.GetAsync(new Uri($"{Page.Url}/preview"));
        Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/pdf"));
        Assert.That(answer.Headers.GetValues("Content-Security-Policy").Single(), Does.EndWith("sandbox"));
        await Screenshots.CheckFitAsync(Page, "document");
    }

    [Test]
    public async Task Shows_all_of_a_player()
    {
        await UploadAsync(MakeFile("sound.wav", Pictures.Wav));
        var player = StoredFile.Preview("sound.wav");
        Assert.That(
            await player.EvaluateAsync<double>(
                "audio => new Promise(ready => { audio.onloadedmetadata = ready; audio.load(); }).then(() => audio.duration)"),
            Is.EqualTo(0.1).Within(0.01));
        var (inner, outer) = (await player.BoundingBoxAsync(), await Page.Locator(".preview").BoundingBoxAsync());
        Assert.That(inner!.Height, Is.GreaterThan(30), "as tall as its buttons");
        Assert.That((inner.Y >= outer!.Y, inner.Y + inner.Height <= outer.Y + outer.Height), Is.EqualTo((true, true)));
    }

    [Test]
    public async Task Gives_its_link_and_the_time_where_the_reader_is()
    {
        await Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await UploadAsync(MakeFile("note.txt", "Hello"u8.ToArray()));
        var cdp = await Page.Context.NewCDPSessionAsync(Page);
        await cdp.SendAsync("Emulation.setTimezoneOverride", new() { ["timezoneId"] = "Asia/Shanghai" });
        await Page.ReloadAsync();

        await StoredFile.CopyLink.ClickAsync();
        await Expect(StoredFile.CopyLink).ToHaveTextAsync("Copied");
        Assert.That(await Page.EvaluateAsync<string>("() => navigator.clipboard.readText()"), Is.EqualTo(Page.Url));

        var stored = DateTimeOffset.Parse(
            (await Page.Locator("time").GetAttributeAsync("datetime"))!, System.Globalization.CultureInfo.InvariantCulture);
        var local = stored.ToOffset(TimeSpan.FromHours(8))
            .ToString("MMM d, yyyy, h:mm tt", System.Globalization.CultureInfo.InvariantCulture);
        await Expect(Page.Reading(local)).ToBeVisibleAsync();
    }

    [TestCase("page.html", "text/html")]
    [TestCase("drawing.svg", "image/svg+xml")]
    public async Task Shows_what_could_run_script_as_its_source(string name, string type)
    {
        var content = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"u8.ToArray();
        await UploadAsync(MakeFile(name, content));
        await Expect(StoredFile.Detail("Type")).ToHaveAttributeAsync("title", type);
        await Expect(StoredFile.Preview(name)).ToContainTextAsync("<script>alert(1)</script>");
        using var client = Server.NewHttpClient();
        foreach (var (door, disposition, sent) in new[]
            { ("download", "attachment", "application/octet-stream"), ("preview", "inline", "text/plain") })
        {
            using var answer = await client.GetAsync(new Uri($"{Page.Url}/{door}"));
            using (Assert.EnterMultipleScope())
            {
                Assert.That(answer.Content.Headers.ContentDisposition!.DispositionType, Is.EqualTo(disposition));
                Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo(sent));
                Assert.That(answer.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(new[] { "nosniff" }));
                Assert.That(answer.Headers.GetValues("Content-Security-Policy").Single(), Does.EndWith("sandbox"));
            }
        }
    }

    [Test]
    public async Task Downloads_under_the_name_it_was_uploaded_with()
    {
        const string Name = "über “x” 文件 100%; a=b.txt";
        await UploadAsync(MakeFile(Name, "Hello"u8.ToArray()));
        var download = await Page.RunAndWaitForDownloadAsync(() => StoredFile.Download.ClickAsync());
        Assert.That(download.SuggestedFilename, Is.EqualTo(Name));
        Assert.That(await File.ReadAllTextAsync(await download.PathAsync()), Is.EqualTo("Hello"));
    }

    [Test]
    public async Task Sends_ranges_and_spares_what_the_client_has()
    {
        await UploadAsync(MakeFile("note.txt", "Hello, world"u8.ToArray()));
        using var client = Server.NewHttpClient();
        var url = new Uri($"{Page.Url}/download");
        using var whole = await client.GetAsync(url);
        var tag = whole.Headers.ETag!;

        Assert.That(await GetAsync(range: (7, null)), Is.EqualTo((HttpStatusCode.PartialContent, "world")));
        Assert.That(await GetAsync(range: (7, 8)), Is.EqualTo((HttpStatusCode.PartialContent, "wo")));
        Assert.That(
            await GetAsync(range: (7, null), ifRange: tag), Is.EqualTo((HttpStatusCode.PartialContent, "world")));
        Assert.That(
            await GetAsync(range: (7, null), ifRange: new EntityTagHeaderValue("\"other\"")),
            Is.EqualTo((HttpStatusCode.OK, "Hello, world")));
        Assert.That(await GetAsync(ifNoneMatch: tag), Is.EqualTo((HttpStatusCode.NotModified, "")));
        Assert.That((await GetAsync(range: (70, null))).Status,
            Is.EqualTo(HttpStatusCode.RequestedRangeNotSatisfiable));

        async Task<(HttpStatusCode Status, string Body)> GetAsync(
            (long From, long? To)? range = null,
            EntityTagHeaderValue? ifRange = null,
            EntityTagHeaderValue? ifNoneMatch = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.Range = range is { } r ? new RangeHeaderValue(r.From, r.To) : null;
            request.Headers.IfRange = ifRange is null ? null : new RangeConditionHeaderValue(ifRange);
            if (ifNoneMatch is not null)
            {
                request.Headers.IfNoneMatch.Add(ifNoneMatch);
            }

            using var answer = await client.SendAsync(request);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }
    }

    [Test]
    public async Task Shows_the_folders_that_a_file_was_picked_with()
    {
        using var client = Server.NewUploadClient();
        foreach (var path in new[] { "holiday/2026/note.txt", null })
        {
            var begun = await client.BeginAsync("note.txt", 0, ("relativePath", path));
            await Page.GotoAsync(new Uri(
                Server.BaseAddress, begun["file"].GetProperty("url").GetString()).ToString());
            await Expect(StoredFile.Detail("Path")).ToHaveTextAsync(path is null ? [] : [path]);
        }
    }

    [Test]
    public async Task Says_that_there_is_no_such_file()
    {
        var answer = await Page.GotoAsync($"{Server.BaseAddress}files/{new string('0', 32)}");
        Assert.That(answer!.Status, Is.EqualTo(404));
        await Expect(Page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("There is no such file");
    }

    async Task UploadAsync(string path)
    {
        await PickAsync(path);
        await BecomesAsync(Row, "done");
        await Row.Open(Path.GetFileName(path)).ClickAsync();
        await Expect(StoredFile.Download).ToBeVisibleAsync();
    }

#pragma warning disable CA5351 // The key that files are looked up by.
    static byte[] Md5(byte[] content) => System.Security.Cryptography.MD5.HashData(content);
#pragma warning restore CA5351
}
