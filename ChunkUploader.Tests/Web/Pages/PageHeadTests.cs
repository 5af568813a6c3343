using System.IO.Compression;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Pages;

/// <summary>What browsers, phones and robots are told beside a page.</summary>
[TestFixture]
public sealed class PageHeadTests : ServedTests
{
    HttpClient _http = null!;

    [OneTimeSetUp]
    public void Connect() => _http = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None })
    {
        BaseAddress = App.Address,
    };

    [OneTimeTearDown]
    public void Disconnect() => _http.Dispose();

    [TestCase("")]
    [TestCase("admin/sign-in")]
    [TestCase("files/00000000000000000000000000000000/download")]
    [TestCase("uploads")]
    [TestCase("robots.txt")]
    [TestCase("no/such/page")]
    public async Task No_answer_is_for_search_engines(string path)
    {
        using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative));
        Assert.That(answer.Headers.GetValues("X-Robots-Tag"), Is.EqualTo(new[] { "noindex" }));
    }

    [Test]
    public async Task Robots_may_fetch_what_a_link_leads_to() =>
        Assert.That(await _http.GetStringAsync(new Uri("robots.txt", UriKind.Relative)), Is.EqualTo("User-agent: *\nDisallow:\n"));

    [Test]
    public async Task Every_icon_that_is_named_is_there_at_its_size()
    {
        var page = await _http.GetStringAsync(new Uri("", UriKind.Relative));
        Assert.That(Regex.Matches(page, "<meta name=\"theme-color\""), Has.Count.EqualTo(2));
        var touch = Regex.Match(page, "<link rel=\"apple-touch-icon\" href=\"/([^\"]+)\">").Groups[1].Value;
        Assert.That(await SizeOfAsync(touch), Is.EqualTo((180, 180)));
        var manifest = Regex.Match(page, "<link rel=\"manifest\" href=\"/([^\"]+)\">").Groups[1].Value;
        using var answer = await _http.GetAsync(new Uri(manifest, UriKind.Relative));
        Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/manifest+json"));
        var icons = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("icons");
        foreach (var icon in icons.EnumerateArray())
        {
            var (width, height) = await SizeOfAsync(icon.GetProperty("src").GetString()!);
            Assert.That($"{width}x{height}", Is.EqualTo(icon.GetProperty("sizes").GetString()));
        }

        var favicon = await _http.GetByteArrayAsync(new Uri("favicon.ico", UriKind.Relative));
        Assert.That(favicon.AsSpan(0, 4).SequenceEqual(new byte[] { 0, 0, 1, 0 }));
    }

    [TestCase("", "br", true)]
    [TestCase("", "gzip", true)]
    [TestCase("", "identity", false)]
    [TestCase("admin/sign-in", "br", true)]
    [TestCase("no/such/page", "br", true)]
    public async Task Pages_are_compressed_where_the_browser_takes_that(string path, string encoding, bool isCompressed)
    {
        using var answer = await GetAsync(path, encoding);
        Assert.That(answer.Content.Headers.ContentEncoding, Is.EqualTo(isCompressed ? new[] { encoding } : []));
        Assert.That(answer.Headers.Vary.Contains("Accept-Encoding") || !isCompressed);
    }

    [Test]
    public async Task Stored_bytes_are_sent_as_they_are()
    {
        var file = new TestFile("page.html", [.. Enumerable.Repeat((byte)'a', 10_000)]);
        var stored = await Client.UploadAsync(file, chunkSize: 256 * 1024);
        foreach (var url in new[] { "downloadUrl", "previewUrl" })
        {
            using var answer = await GetAsync(stored["file"].GetProperty(url).GetString()!, "br");
            Assert.That(answer.Content.Headers.ContentEncoding, Is.Empty);
            Assert.That(answer.Content.Headers.ContentLength, Is.EqualTo(10_000));
        }
    }

    /// <summary>Files as they are published: compressed once, as far as that goes. Answers as they are sent.</summary>
    [TestCase("en")]
    [TestCase("zh-CN")]
    public async Task The_first_page_is_small(string language)
    {
        using var first = await GetAsync("", "br", language);
        var sizes = new List<long> { (await first.Content.ReadAsByteArrayAsync()).Length };
        using var plain = await GetAsync("", "identity", language);
        var page = await plain.Content.ReadAsStringAsync();
        var parts = Regex.Matches(page, "(?:href|src)=\"(/(?:css|dist|favicon)[^\"]+)\"").Select(match => match.Groups[1].Value)
            .Append("/dist/uploader-shared.js").Append("/dist/hasher.worker.js").Distinct().ToList();
        foreach (var path in parts)
        {
            var part = await _http.GetByteArrayAsync(new Uri(path, UriKind.Relative));
            using var compressed = new MemoryStream();
            await using (var brotli = new BrotliStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
            {
                await brotli.WriteAsync(part);
            }

            sizes.Add(compressed.Length);
        }

        foreach (Match texts in Regex.Matches(page, "href=\"/(languages/[^\"]+)\""))
        {
            using var answer = await GetAsync(texts.Groups[1].Value, "br");
            parts.Add(texts.Groups[1].Value);
            sizes.Add((await answer.Content.ReadAsByteArrayAsync()).Length);
        }

        Assert.That(parts.Contains("languages/zh-Hans"), Is.EqualTo(language != "en"));
        Assert.That(sizes.Sum(), Is.LessThan(60_000), string.Join(' ', parts.Prepend("/").Zip(sizes)));
        Assert.That(sizes, Has.Count.InRange(12, 20));
        TestContext.Out.WriteLine($"{sizes.Sum()} bytes in {sizes.Count} requests");
    }

    async Task<(int Width, int Height)> SizeOfAsync(string png)
    {
        var bytes = await _http.GetByteArrayAsync(new Uri(png, UriKind.Relative));
        Assert.That(bytes.AsSpan(1, 3).SequenceEqual("PNG"u8), png);
        return (bytes[18] * 256 + bytes[19], bytes[22] * 256 + bytes[23]);
    }

    async Task<HttpResponseMessage> GetAsync(string path, string encoding, string language = "en")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Accept.ParseAdd("text/html");
        request.Headers.AcceptEncoding.ParseAdd(encoding);
        request.Headers.AcceptLanguage.ParseAdd(language);
        return await _http.SendAsync(request);
    }
}
