using System.Net.Http.Headers;
using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Clients;

/// <summary>Forms without a word about chunks: whole files.</summary>
[TestFixture]
public sealed class PlainFormTests : ServedTests
{
    protected override (string, string)[] Settings => [("Uploads:MaxFileSize", "100000000")];

    [Test]
    public async Task Takes_a_file_under_whatever_field([Values("file", "files", "image", "attachment[]")] string field)
    {
        var file = TestFile.Random(100_000, "report.pdf");
        var answer = await PostAsync([(field, file)]);
        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        Assert.That(answer["file"].GetProperty("name").GetString(), Is.EqualTo("report.pdf"));
        Assert.That(answer["file"].GetProperty("contentType").GetString(), Is.EqualTo("application/pdf"));
        Assert.That(await DownloadAsync(answer["file"]), Is.EqualTo(file.Bytes));
    }

    [Test]
    public async Task Takes_a_file_that_is_larger_than_any_chunk()
    {
        var file = TestFile.Random(70 * 1024 * 1024);
        var answer = await PostAsync([("file", file)]);
        Assert.That(answer["file"].GetProperty("contentHash").GetString(), Is.EqualTo(file.ContentHash));
        Assert.That(answer["file"].GetProperty("md5").GetString(), Is.EqualTo(file.Md5));
    }

    [Test]
    public async Task Takes_several_files_and_skips_what_was_not_picked()
    {
        var (one, two, none) = (TestFile.Random(10), TestFile.Random(0), TestFile.Random(0, ""));
        var answer = await PostAsync([("a", one), ("b", none), ("c", two)]);
        Assert.That(
            answer["files"].EnumerateArray().Select(file => file.GetProperty("name").GetString()),
            Is.EqualTo(new[] { one.Name, two.Name }));
        Assert.That(await PostAsync([("b", none)]), Refused.With(400, "invalid-request"));
        Assert.That(await Client.PostAsync("upload", [("title", "no file")]), Refused.With(400, "invalid-request"));
    }

    [Test]
    public async Task Leads_browsers_to_the_page_of_the_file_or_files()
    {
        var one = await PostAsync([("file", TestFile.Random(10, "one.txt"))], accept: "text/html");
        Assert.That(one.Status, Is.EqualTo(302));
        var page = await Client.GetAsync(one.Headers.Location!.OriginalString.TrimStart('/'));
        Assert.That(page.ToString(), Does.Contain("one.txt").And.StartWith("200 text/html"));

        var two = await PostAsync(
            [("file", TestFile.Random(10, "first.txt")), ("file", TestFile.Random(10, "second.txt"))], accept: "text/html");
        var list = await Client.GetAsync(two.Headers.Location!.OriginalString.TrimStart('/'));
        Assert.That(list.ToString(), Does.Contain("first.txt").And.Contain("second.txt").And.StartWith("200 text/html"));
    }

    [Test]
    public async Task Shows_browsers_a_page_where_a_form_is_refused()
    {
        var answer = await PostAsync([("file", TestFile.Random(0, ""))], accept: "text/html");
        Assert.That(answer.Status, Is.EqualTo(400));
        Assert.That(answer.ToString(), Does.Contain("text/html").And.Contain("No file was picked"));
    }

    [TestCase("md5")]
    [TestCase("contentHash")]
    public async Task Refuses_a_digest_that_is_not_met_and_keeps_nothing(string field)
    {
        var (file, before) = (TestFile.Random(1000), App.Data.Blobs.Length);
        var wrong = (field, (object?)(field == "md5" ? new string('0', 32) : new string('0', 64)));
        Assert.That(await PostAsync([("file", file)], [wrong]), Refused.With(422, "digest-mismatch"));
        Assert.That(App.Data.Parts, Is.Empty);
        Assert.That(App.Data.Blobs, Has.Length.EqualTo(before));
        (string, object?)[] right = [("md5", file.Md5), ("contentHash", file.ContentHash)];
        Assert.That((await PostAsync([("file", file)], right)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Refuses_bytes_that_were_damaged_and_more_files_than_anybody_picks()
    {
        var file = TestFile.Random(1000);
        Assert.That(
            await PostAsync([("file", file)], [("sha256", new string('0', 64))]),
            Refused.With(422, "chunk-digest-mismatch"));
        Assert.That(
            (await PostAsync([("file", file)], [("sha256", TestFile.Sha256(file.Bytes))])).Status, Is.EqualTo(200));
        Assert.That(
            await PostAsync([.. Enumerable.Repeat(("file", TestFile.Random(1)), 1001)]),
            Refused.With(400, "invalid-request"));
        Assert.That(App.Data.Parts, Is.Empty);
    }

    [Test]
    public async Task Refuses_a_digest_of_several_files_and_keeps_none()
    {
        var file = TestFile.Random(10);
        Assert.That(
            await PostAsync([("a", file), ("b", TestFile.Random(10))], [("md5", file.Md5)]),
            Refused.With(400, "invalid-request"));
        Assert.That(App.Data.Parts, Is.Empty);
    }

    [Test]
    public async Task Refuses_a_file_that_turns_out_too_large_and_keeps_nothing()
    {
        var answer = await PostAsync([("file", TestFile.Random(100_000_001))]);
        Assert.That(answer, Refused.With(413, "file-too-large"));
        Assert.That(App.Data.Parts, Is.Empty);
    }

    [Test]
    public async Task Keeps_nothing_of_a_form_that_is_cut_short()
    {
        using var connection = new RawConnection(App.Address, Client.Owner!);
        await connection.SendHeadAsync("POST", "upload", 5_000_000, "Content-Type: multipart/form-data; boundary=x");
        await connection.SendAsync(
            "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"cut.bin\"\r\n\r\n"u8.ToArray());
        await connection.SendAsync(new byte[1_000_000]);
        await Eventually.Is(() => App.Data.Parts.Length == 1, "the file is on its way");
        connection.Break();
        await Eventually.Is(() => App.Data.Parts.Length == 0, "nothing is kept of it");
    }

    [Test]
    public async Task An_address_without_a_chunk_leads_people_to_the_page()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "upload");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        var answer = await Client.SendAsync(request);
        Assert.That((answer.Status, answer.Headers.Location?.OriginalString), Is.EqualTo((302, "/")));
        Assert.That(await Client.GetAsync("upload"), Refused.With(400, "invalid-request"));
    }

    Task<ApiAnswer> PostAsync(
        (string Field, TestFile File)[] files, (string, object?)[]? fields = null, string? accept = null)
    {
        var form = new MultipartFormDataContent();
        foreach (var (field, file) in files)
        {
            var part = new ByteArrayContent(file.Bytes);
            part.Headers.TryAddWithoutValidation(
                "Content-Disposition", $"form-data; name=\"{field}\"; filename=\"{file.Name}\"");
            form.Add(part);
        }

        foreach (var (name, value) in fields ?? [])
        {
            form.Add(new StringContent($"{value}"), name);
        }

        var request = new HttpRequestMessage(HttpMethod.Post, "upload") { Content = form };
        request.Headers.TryAddWithoutValidation("Accept", accept ?? "*/*");
        return Client.SendAsync(request);
    }

    async Task<byte[]> DownloadAsync(System.Text.Json.JsonElement file) =>
        (await Client.GetAsync(file.GetProperty("downloadUrl").GetString()!.TrimStart('/'))).Body;
}
