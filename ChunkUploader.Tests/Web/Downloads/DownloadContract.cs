using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Downloads;

/// <summary>What a download answers, whoever sends its bytes.</summary>
public abstract class DownloadContract : ServedTests
{
    const int Length = 700_001;

    readonly TestFile _file = TestFile.Random(Length, "a letter.pdf");
    HttpClient _http = null!;
    string _path = null!;
    HttpResponseMessage _whole = null!;

    /// <summary>Reaches the server as browsers do.</summary>
    protected abstract Task<HttpClient> ConnectAsync();

    [OneTimeSetUp]
    public async Task UploadAndDownload()
    {
        _http = await ConnectAsync();
        var completed = await Client.UploadAsync(_file, chunkSize: 256 * 1024);
        _path = completed["file"].GetProperty("downloadUrl").GetString()!;
        _whole = await SendAsync(HttpMethod.Get);
    }

    [OneTimeTearDown]
    public void Disconnect()
    {
        _whole?.Dispose();
        _http?.Dispose();
    }

    [Test]
    public async Task Sends_the_whole_file_with_all_that_is_said_of_it()
    {
        Assert.That(_whole.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await _whole.Content.ReadAsByteArrayAsync()).AsSpan().SequenceEqual(_file.Bytes));
        Assert.That(_whole.Headers.AcceptRanges, Is.EqualTo(["bytes"]));
        AssertDescribed(_whole);
    }

    [TestCase("bytes=5-9", "nonsense")]
    [TestCase("bytes=5-9", "\"not closed")]
    [TestCase("bytes=5-9", "W/\"weak\"")]
    [TestCase("items=5-9", null)]
    [TestCase("bytes", null)]
    [TestCase("5-9", null)]
    public async Task Sends_the_whole_file_where_a_range_or_its_condition_cannot_be_understood(
        string range, string? condition)
    {
        using var answer = condition is null
            ? await SendAsync(HttpMethod.Get, ("Range", range))
            : await SendAsync(HttpMethod.Get, ("Range", range), ("If-Range", condition));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(answer.Content.Headers.ContentLength, Is.EqualTo(Length));
    }

    [TestCase("bytes=0-0", 0, 1)]
    [TestCase("bytes=0-", 0, Length)]
    [TestCase("bytes=1-700000", 1, 700_000)]
    [TestCase("bytes=262143-262144", 262_143, 2)]
    [TestCase("bytes=262144-524287", 262_144, 262_144)]
    [TestCase("bytes=300000-900000", 300_000, 400_001)]
    [TestCase("bytes=-300000", 400_001, 300_000)]
    public async Task Sends_a_range(string range, int from, int length)
    {
        using var answer = await SendAsync(HttpMethod.Get, ("Range", range));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.PartialContent));
        var body = await answer.Content.ReadAsByteArrayAsync();
        Assert.That(body.AsSpan().SequenceEqual(_file.Bytes.AsSpan(from, length)));
        Assert.That(
            answer.Content.Headers.ContentRange,
            Is.EqualTo(new ContentRangeHeaderValue(from, from + length - 1, Length)));
        AssertDescribed(answer);
    }

    [Test]
    public async Task Refuses_a_range_beyond_the_end()
    {
        using var answer = await SendAsync(HttpMethod.Get, ("Range", "bytes=700001-"));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.RequestedRangeNotSatisfiable));
        Assert.That(answer.Content.Headers.ContentRange, Is.EqualTo(new ContentRangeHeaderValue(Length)));
        Assert.That(await answer.Content.ReadAsByteArrayAsync(), Is.Empty);
    }

    [TestCase("ETag", 206)]
    [TestCase("Last-Modified", 206)]
    [TestCase("\"other\"", 200)]
    [TestCase("Thu, 01 Jan 2026 00:00:00 GMT", 200)]
    public async Task Sends_a_range_only_of_the_file_that_the_client_has(string condition, int status)
    {
        using var answer = await SendAsync(
            HttpMethod.Get, ("Range", "bytes=5-9"), ("If-Range", ValueOf(condition)));

        Assert.That((int)answer.StatusCode, Is.EqualTo(status));
        Assert.That(
            (await answer.Content.ReadAsByteArrayAsync()).Length, Is.EqualTo(status == 206 ? 5 : Length));
    }

    [TestCase("If-None-Match", "ETag", 304)]
    [TestCase("If-None-Match", "\"other\"", 200)]
    [TestCase("If-Modified-Since", "Last-Modified", 304)]
    [TestCase("If-Modified-Since", "Thu, 01 Jan 2026 00:00:00 GMT", 200)]
    [TestCase("If-Match", "ETag", 200)]
    [TestCase("If-Match", "\"other\"", 412)]
    [TestCase("If-Unmodified-Since", "Last-Modified", 200)]
    [TestCase("If-Unmodified-Since", "Thu, 01 Jan 2026 00:00:00 GMT", 412)]
    public async Task Looks_at_the_conditions(string header, string condition, int status)
    {
        using var answer = await SendAsync(HttpMethod.Get, (header, ValueOf(condition)));

        Assert.That((int)answer.StatusCode, Is.EqualTo(status));
        Assert.That(
            (await answer.Content.ReadAsByteArrayAsync()).Length, Is.EqualTo(status == 200 ? Length : 0));
        Assert.That(answer.Headers.ETag, Is.EqualTo(_whole.Headers.ETag));
    }

    [Test]
    public async Task Answers_head_with_the_headers_alone()
    {
        using var answer = await SendAsync(HttpMethod.Head);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(answer.Content.Headers.ContentLength, Is.EqualTo(Length));
        Assert.That(await answer.Content.ReadAsByteArrayAsync(), Is.Empty);
        AssertDescribed(answer);
    }

    [Test]
    public async Task Sends_an_empty_file()
    {
        var empty = await Client.BeginAsync("empty.bin", 0);

        using var answer = await _http.GetAsync(
            new Uri(empty["file"].GetProperty("downloadUrl").GetString()!, UriKind.Relative));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await answer.Content.ReadAsByteArrayAsync(), Is.Empty);
    }

    [TestCase("downloadUrl")]
    [TestCase("previewUrl")]
    public async Task Refuses_a_file_whose_bytes_are_cut_short_until_they_are_uploaded_again(string url)
    {
        var file = TestFile.Random(5000, $"{url}.png");
        var stored = (await Client.UploadAsync(file))["file"];
        var path = stored.GetProperty(url).GetString()!;
        await using (var bytes = File.OpenWrite(App.Data.BlobOf(stored.GetProperty("id").GetString()!)))
        {
            bytes.SetLength(4999);
        }

        (string Name, string Value)[][] conditions =
        [
            [], [("Range", "bytes=0-9")], [("If-Match", $"\"{file.ContentHash}\"")],
            [("If-None-Match", $"\"{file.ContentHash}\"")],
        ];
        foreach (var condition in conditions)
        {
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
            {
                using var answer = await SendAsync(method, path, condition);
                Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.InternalServerError));
                Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/problem+json"));
                Assert.That(
                    await answer.Content.ReadAsStringAsync(),
                    method == HttpMethod.Get ? Does.Contain("\"code\":\"damaged\"") : Is.Empty);
                Assert.That((answer.Headers.ETag, answer.Content.Headers.ContentDisposition), Is.EqualTo((
                    (EntityTagHeaderValue?)null, (ContentDispositionHeaderValue?)null)));
            }
        }

        using var page = await SendAsync(HttpMethod.Get, path, [("Accept", "text/html")]);
        Assert.That((int)page.StatusCode, Is.EqualTo(500));
        Assert.That(await page.Content.ReadAsStringAsync(), Does.Contain("The stored file is damaged"));

        await Client.UploadAsync(file.Named("again.png"));
        using var whole = await SendAsync(HttpMethod.Get, path, []);
        Assert.That(whole.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await whole.Content.ReadAsByteArrayAsync()).AsSpan().SequenceEqual(file.Bytes));
    }

    [Test]
    public async Task Counts_a_download_once_and_only_one_that_begins_at_the_start()
    {
        // A file of its own: another test's download may be counted a moment after it has arrived.
        var file = TestFile.Random(100);
        var stored = (await Client.UploadAsync(file))["file"];
        await AskAsync(HttpMethod.Head);
        await AskAsync(HttpMethod.Get, ("Range", "bytes=1-"));
        await AskAsync(HttpMethod.Get, ("Range", "bytes=100-"));
        await AskAsync(HttpMethod.Get, ("If-None-Match", $"\"{file.ContentHash}\""));
        await AskAsync(HttpMethod.Get, ("Range", "bytes=0-9"));
        await AskAsync(HttpMethod.Get);

        await Eventually.Is(() => Downloads() >= 2, "two are counted");
        Assert.That(Downloads(), Is.EqualTo(2));

        async Task AskAsync(HttpMethod method, params (string Name, string Value)[] headers) =>
            (await SendAsync(method, stored.GetProperty("downloadUrl").GetString()!, headers)).Dispose();

        int Downloads() => int.Parse(
            App.Data.Query($"SELECT Downloads FROM StoredFiles WHERE lower(hex(Id)) = '{stored.GetProperty("id")}'")[0],
            CultureInfo.InvariantCulture);
    }

    Task<HttpResponseMessage> SendAsync(HttpMethod method, params (string Name, string Value)[] headers) =>
        SendAsync(method, _path, headers);

    async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await _http.SendAsync(request);
    }

    /// <summary>What the whole download's header says, if it is the name of one.</summary>
    string ValueOf(string condition) => condition switch
    {
        "ETag" => _whole.Headers.ETag!.ToString(),
        "Last-Modified" => _whole.Content.Headers.LastModified!.Value.ToString("R"),
        _ => condition,
    };

    void AssertDescribed(HttpResponseMessage answer)
    {
        var headers = answer.Content.Headers;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(headers.ContentType!.ToString(), Is.EqualTo("application/pdf"));
            Assert.That(
                headers.ContentDisposition!.ToString(), Does.StartWith("attachment; filename=\"a letter.pdf\""));
            Assert.That(headers.LastModified, Is.EqualTo(_whole.Content.Headers.LastModified).And.Not.Null);
            Assert.That(answer.Headers.ETag!.Tag, Is.EqualTo($"\"{_file.ContentHash}\""));
            Assert.That(answer.Headers.CacheControl!.ToString(), Is.EqualTo("no-cache, private"));
            Assert.That(answer.Headers.GetValues("Content-Security-Policy").Single(), Does.EndWith("sandbox"));
            Assert.That(answer.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(["nosniff"]));
            Assert.That(answer.Headers.GetValues("Referrer-Policy"), Is.EqualTo(["same-origin"]));
            Assert.That(answer.Headers.Contains("X-Accel-Redirect"), Is.False);
        }
    }
}
