using System.Net;
using ChunkUploader.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

/// <summary>Whose an upload of a form client is where its page has never seen this server's own pages.</summary>
[TestFixture]
public sealed class ClientOwnerTests : ServedTests
{
    const int ChunkSize = 10_000;
    const string Program = "flow/1.0";
    static readonly IPAddress Home = IPAddress.Parse("127.0.0.2");
    static readonly IPAddress Elsewhere = IPAddress.Parse("127.0.0.3");
    readonly ShiftedTime _time = new();

    protected override void Replace(IServiceCollection services) =>
        services.Replace(ServiceDescriptor.Singleton<TimeProvider>(_time));

    [TestCase("GET", "upload?flowChunkNumber=1&flowTotalChunks=2&flowChunkSize=1&flowTotalSize=2&flowIdentifier=a&flowFilename=a")]
    [TestCase("GET", "upload")]
    [TestCase("POST", "upload")]
    [TestCase("POST", "check")]
    [TestCase("POST", "chunked/check")]
    [TestCase("POST", "chunked/verify")]
    [TestCase("GET", "chunked/verify")]
    [TestCase("POST", "chunked/chunk")]
    [TestCase("POST", "chunked/merge")]
    public async Task Every_answer_to_a_guest_brings_a_cookie(string method, string path)
    {
        using var guest = Guest();
        using var script = new UploadClient(App.Address);
        var cookie = SetCookieIn(await SendAsync(guest, method, path, null));

        Assert.That(cookie, Does.StartWith("uploader-visitor=").And.Contain("httponly").And.Contain("samesite=lax"));
        Assert.That(SetCookieIn(await SendAsync(guest, method, path, NameAndValue(cookie!))), Is.Null, "has one");
        Assert.That(SetCookieIn(await SendAsync(script, method, path, null)), Is.Null, "names its owner itself");
    }

    [Test]
    public async Task Chunks_that_are_sent_at_once_without_a_cookie_are_one_file_whichever_cookie_stays(
        [Values(0, 1, 2)] int staying)
    {
        var file = TestFile.Random(5 * ChunkSize);
        using var guest = Guest();
        using var moved = Guest(Elsewhere);
        var answers = await Task.WhenAll(new[] { 0, 1, 2 }.Select(index => PostAsync(guest, file, index)));
        var cookie = CookieIn(answers[staying]);
        Assert.That((await PostAsync(moved, file, 3, cookie)).Status, Is.EqualTo(200));

        await IsStoredAsync(await PostAsync(moved, file, 4, cookie), file);
    }

    [Test]
    public async Task A_file_goes_on_when_another_of_the_cookies_that_came_at_once_replaces_the_first()
    {
        var file = TestFile.Random(2 * ChunkSize);
        using var guest = Guest();
        var cookies = (await Task.WhenAll(AskAsync(guest, file, 0), AskAsync(guest, file, 1))).Select(CookieIn).ToList();
        await PostAsync(guest, file, 0, cookies[0]);

        await IsStoredAsync(await PostAsync(guest, file, 1, cookies[1]), file);
    }

    [Test]
    public async Task What_was_begun_at_first_goes_on_when_the_cookie_is_old([Values(1, 30, 5000)] int minutes)
    {
        var file = TestFile.Random(3 * ChunkSize);
        using var guest = Guest();
        await PostAsync(guest, file, 0);
        var cookie = CookieIn(await PostAsync(guest, file, 1));
        _time.Shift += TimeSpan.FromMinutes(minutes);
        using var moved = Guest(Elsewhere);

        await IsStoredAsync(await PostAsync(moved, file, 2, cookie), file);
    }

    [Test]
    public async Task A_page_that_is_reloaded_is_told_what_is_in([Values] bool keepsCookies)
    {
        var file = TestFile.Random(3 * ChunkSize);
        using var page = UploadClient.Guest(App.Address, Program, Home, keepsCookies ? new CookieContainer() : null);
        Assert.That((await AskAsync(page, file, 0)).Status, Is.EqualTo(204));
        await PostAsync(page, file, 0, origin: App.Address);
        await PostAsync(page, file, 1, origin: App.Address);

        Assert.That((await AskAsync(page, file, 0)).Status, Is.EqualTo(200), "browsers name no origin when they ask");
        Assert.That((await AskAsync(page, file, 2)).Status, Is.EqualTo(204));
        await IsStoredAsync(await PostAsync(page, file, 2, origin: App.Address), file);
    }

    [Test]
    public async Task Two_people_behind_one_address_see_nothing_of_each_other()
    {
        using var one = UploadClient.Guest(App.Address, Program, Home, new CookieContainer());
        using var other = UploadClient.Guest(App.Address, Program, Home, new CookieContainer());
        TestFile[] files = [TestFile.Random(2 * ChunkSize), TestFile.Random(2 * ChunkSize)];
        await PostAsync(one, files[0], 0);
        await PostAsync(other, files[1], 0);
        var begun = await one.BeginAsync("secret.bin", 10);

        Assert.That((await other.GetAsync("uploads")).Json.GetArrayLength(), Is.Zero);
        Assert.That(await other.GetSessionAsync(begun.Id), Refused.With(404, "upload-not-found"));
        await IsStoredAsync(await PostAsync(other, files[1], 1), files[1]);
        await IsStoredAsync(await PostAsync(one, files[0], 1), files[0]);
    }

    [Test]
    public async Task Two_people_behind_one_address_with_files_of_one_name_and_size_are_never_mixed([Values] bool asks)
    {
        using var one = UploadClient.Guest(App.Address, Program, Home, new CookieContainer());
        using var other = UploadClient.Guest(App.Address, Program, Home, new CookieContainer());
        var file = TestFile.Random(3 * ChunkSize);
        var namesake = TestFile.Random(3 * ChunkSize, file.Name);
        await PostAsync(one, file, 0);
        await PostAsync(one, file, 1);
        if (asks)
        {
            Assert.That((await AskAsync(other, namesake, 0)).Status, Is.EqualTo(204), "has sent none to compare");
            Assert.That((await AskAsync(other, namesake, 0)).Status, Is.EqualTo(204));
            Assert.That((await AskAsync(one, file, 0)).Status, Is.EqualTo(200), "the first one is told all the same");
        }

        Assert.That(await PostAsync(other, namesake, 0), Refused.With(409, "chunk-differs"));
        Assert.That(await PostAsync(one, file, 2), Refused.With(409, "session-conflict"));
    }

    [Test]
    public async Task Later_their_files_of_one_name_have_nothing_to_do_with_each_other()
    {
        using var one = UploadClient.Guest(App.Address, Program, Home, new CookieContainer());
        using var other = UploadClient.Guest(App.Address, Program, Home, new CookieContainer());
        var file = TestFile.Random(2 * ChunkSize);
        var namesake = TestFile.Random(2 * ChunkSize, file.Name);
        await AskAsync(one, file, 0);
        await AskAsync(other, namesake, 0);
        _time.Shift += TimeSpan.FromMinutes(11);
        await PostAsync(one, file, 0);
        await PostAsync(other, namesake, 0);

        await IsStoredAsync(await PostAsync(one, file, 1), file);
        await IsStoredAsync(await PostAsync(other, namesake, 1), namesake);
    }

    [Test]
    public async Task An_image_that_a_guest_has_sent_is_found_by_the_cookie_that_came_for_it()
    {
        using var page = UploadClient.Guest(App.Address, Program, Home, new CookieContainer());
        using var other = UploadClient.Guest(App.Address, "other/1.0", Home, new CookieContainer());
        var image = TestFile.Random(100, "a.png");
        await PostImageAsync(page, image);
        var found = await page.PostAsync("check", [("md5", image.Md5)]);

        Assert.That(System.Text.Encoding.UTF8.GetString(found.Body), Does.StartWith("files/"));
        Assert.That((await other.PostAsync("check", [("md5", image.Md5)])).Body, Is.EqualTo("no"u8.ToArray()));
    }

    [Test]
    public async Task A_cookie_finds_nothing_that_the_same_guest_sent_the_day_before()
    {
        using var one = UploadClient.Guest(App.Address, Program, Home);
        using var other = UploadClient.Guest(App.Address, Program, Home, new CookieContainer());
        var image = TestFile.Random(100, "a.png");
        var path = System.Text.Encoding.UTF8.GetString((await PostImageAsync(one, image)).Body);
        _time.Shift += TimeSpan.FromDays(1);
        await PostImageAsync(other, TestFile.Random(100, "b.png"));

        Assert.That((await other.PostAsync("check", [("md5", image.Md5)])).Body, Is.EqualTo("no"u8.ToArray()));
        var revert = await other.SendAsync(new HttpRequestMessage(HttpMethod.Delete, "upload")
        {
            Content = new StringContent(path.Split('/')[1]),
        });
        Assert.That(revert, Refused.With(404, "file-not-found"));
        Assert.That((await Client.GetAsync(path)).Body, Is.EqualTo(image.Bytes));
    }

    [Test]
    public async Task A_guest_whose_address_changes_is_told_and_not_left_with_half_a_file()
    {
        var file = TestFile.Random(3 * ChunkSize);
        using var phone = Guest();
        using var moved = Guest(Elsewhere);
        Assert.That((await PostAsync(phone, file, 0)).Status, Is.EqualTo(200));

        Assert.That(await PostAsync(moved, file, 1), Refused.With(409, "address-changed"));
        foreach (var index in new[] { 0, 1 })
        {
            Assert.That((await PostAsync(moved, file, index)).Status, Is.EqualTo(200), "from the start it is whole");
        }

        await IsStoredAsync(await PostAsync(moved, file, 2), file);
    }

    static IEnumerable<string> WithUuid => ["Dropzone", "Fine Uploader", "flow.js", "WebUploader"];

    [TestCaseSource(nameof(WithUuid))]
    public async Task An_identifier_that_nobody_can_guess_needs_neither_address_nor_cookie(string client)
    {
        var file = TestFile.Random(3 * ChunkSize);
        var uuid = $"{Guid.NewGuid()}";
        using var phone = Guest();
        using var moved = Guest(Elsewhere);
        var cookie = CookieIn(await AskAsync(moved, TestFile.Random(1), 0));
        await SendAsync(phone, 1);
        await SendAsync(moved, 0);

        await IsStoredAsync(await SendAsync(moved, 2, cookie), file);

        Task<ApiAnswer> SendAsync(UploadClient guest, int index, string? given = null) =>
            PostAsync(guest, FieldsOf(client, file, index, uuid), file, index, given);
    }

    [TestCase("guid")]
    [TestCase("fileId")]
    public async Task Nor_does_one_that_a_page_sends_beside_its_client_s(string name)
    {
        var file = TestFile.Random(3 * ChunkSize);
        var uuid = $"{Guid.NewGuid()}";
        using var phone = Guest();
        using var moved = Guest(Elsewhere);
        await SendAsync(phone, 0);
        await SendAsync(moved, 1);

        await IsStoredAsync(await SendAsync(phone, 2), file);

        Task<ApiAnswer> SendAsync(UploadClient guest, int index) =>
            PostAsync(guest, [("chunk", index), ("chunks", 3), ("name", "a.bin"), (name, uuid)], file, index);
    }

    [Test]
    public async Task An_md5_is_no_such_identifier()
    {
        var file = TestFile.Random(2 * ChunkSize);
        using var guest = Guest();
        using var other = Guest(Elsewhere);
        await PostAsync(guest, FieldsOf("flow.js", file, 0, file.Md5), file, 0);

        Assert.That(
            await PostAsync(other, FieldsOf("flow.js", file, 1, file.Md5), file, 1), Refused.With(409, "address-changed"));
    }

    UploadClient Guest(IPAddress? from = null) => UploadClient.Guest(App.Address, Program, from ?? Home);

    static Task<ApiAnswer> SendAsync(UploadClient client, string method, string path, string? cookie)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        return WithCookieAsync(client, request, cookie);
    }

    static Task<ApiAnswer> PostAsync(
        UploadClient client, TestFile file, int index, string? cookie = null, Uri? origin = null) =>
        PostAsync(client, FieldsOf(file, index), file, index, cookie, origin);

    static Task<ApiAnswer> PostAsync(
        UploadClient client,
        IEnumerable<(string, object?)> fields,
        TestFile file,
        int index,
        string? cookie = null,
        Uri? origin = null)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent($"{value}"), name);
        }

        form.Add(new ReadOnlyMemoryContent(file.Chunk(index, ChunkSize)), "file", "blob");
        var request = new HttpRequestMessage(HttpMethod.Post, "upload") { Content = form };
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin.GetLeftPart(UriPartial.Authority));
        }

        return WithCookieAsync(client, request, cookie);
    }

    static Task<ApiAnswer> AskAsync(UploadClient client, TestFile file, int index) =>
        client.GetAsync("upload?" + string.Join(
            '&', FieldsOf(file, index).Select(field => $"{field.Item1}={Uri.EscapeDataString($"{field.Item2}")}")));

    static Task<ApiAnswer> PostImageAsync(UploadClient client, TestFile image) =>
        client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "upload")
        {
            Content = new MultipartFormDataContent
            {
                { new StringContent(image.Md5), "md5" },
                { new ByteArrayContent(image.Bytes), "image", image.Name },
            },
        });

    static (string, object?)[] FieldsOf(TestFile file, int index) =>
        DialectClients.All["flow.js"].Fields(new FormChunk(file, index, ChunkSize, joinsTail: true));

    /// <param name="identifier">In place of the client's.</param>
    static IEnumerable<(string, object?)> FieldsOf(string client, TestFile file, int index, string identifier) =>
        DialectClients.All[client].Fields(new FormChunk(file, index, ChunkSize, DialectClients.All[client].JoinsTail))
            .Select(field => field.Item1 is "dzuuid" or "qquuid" or "flowIdentifier" or "id"
                ? (field.Item1, (object?)identifier)
                : field);

    static Task<ApiAnswer> WithCookieAsync(UploadClient client, HttpRequestMessage request, string? cookie)
    {
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        return client.SendAsync(request);
    }

    async Task IsStoredAsync(ApiAnswer answer, TestFile file)
    {
        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        var bytes = await Client.GetAsync(answer["file"].GetProperty("downloadUrl").GetString()!.TrimStart('/'));
        Assert.That(bytes.Body.AsSpan().SequenceEqual(file.Bytes), Is.True, "The stored bytes differ.");
    }

    static string CookieIn(ApiAnswer answer) =>
        NameAndValue(SetCookieIn(answer) ?? throw new InvalidOperationException($"No cookie came with {answer}"));

    static string NameAndValue(string setCookie) => setCookie.Split(';')[0];

    static string? SetCookieIn(ApiAnswer answer) =>
        answer.Headers.TryGetValues("Set-Cookie", out var values) ? values.Single() : null;

    /// <summary>The real clock, set forward.</summary>
    sealed class ShiftedTime : TimeProvider
    {
        public TimeSpan Shift { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Shift;
    }
}
