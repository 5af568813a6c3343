using System.Text.Json;
using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Clients;

/// <summary>Clients that know a file by its md5: images in a second, and check, chunk, merge.</summary>
[TestFixture]
public sealed class Md5FormTests : ServedTests
{
    const int ChunkSize = 10_000;

    [Test]
    public async Task An_image_is_uploaded_once_and_found_by_its_md5()
    {
        var image = TestFile.Random(5000, "square.png");
        Assert.That(await TextOfAsync("check", [("md5", image.Md5)]), Is.EqualTo("no"));
        var path = await TextOfAsync("upload", [("md5", image.Md5)], image);
        Assert.That(path, Does.Match("^files/[0-9a-f]{32}/preview$"));
        var shown = await Client.GetAsync(path);
        Assert.That((shown.Status, shown.MediaType), Is.EqualTo((200, "image/png")));
        Assert.That(shown.Body, Is.EqualTo(image.Bytes));
        Assert.That(await TextOfAsync("check", [("md5", image.Md5)]), Is.EqualTo(path));
    }

    [Test]
    public async Task Refuses_an_image_of_another_md5_and_keeps_nothing()
    {
        var (image, before) = (TestFile.Random(5000, "square.png"), App.Data.Blobs.Length);
        var answer = await PostImageAsync([("md5", new string('a', 32))], image);
        Assert.That(answer, Refused.With(422, "digest-mismatch"));
        Assert.That((App.Data.Parts.Length, App.Data.Blobs.Length), Is.EqualTo((0, before)));
        Assert.That(await Client.PostAsync("check", [("md5", "x")]), Refused.With(400, "invalid-request"));
        Assert.That(await Client.PostAsync("check", [("size", 1)]), Refused.With(400, "invalid-request"));
    }

    [Test]
    public async Task Does_not_offer_what_is_no_image_as_one()
    {
        var text = TestFile.Random(5000, "note.txt");
        await PostImageAsync([("md5", text.Md5)], text);
        Assert.That(await TextOfAsync("check", [("md5", text.Md5)]), Is.EqualTo("no"));
    }

    [TestCase("0,1,2")]
    [TestCase("2,1,0")]
    public async Task A_file_is_checked_sent_and_merged(string order)
    {
        var file = TestFile.Random(25_000);
        var known = await CheckAsync(file);
        Assert.That((known["exists"].GetBoolean(), known["next"].GetInt32()), Is.EqualTo((false, 0)));
        var left = new List<int> { 0, 1, 2 };
        foreach (var index in order.Split(',').Select(int.Parse))
        {
            left.Remove(index);
            var chunk = await SendAsync(file, index);
            Assert.That(chunk["wanted"].ToString(), Is.EqualTo($"[{string.Join(',', left)}]"));
            Assert.That((await CheckAsync(file))["wanted"].ToString(), Is.EqualTo(chunk["wanted"].ToString()));
        }

        var merged = await Client.PostAsync("chunked/merge", [("md5", file.Md5), ("name", "film.mp4")]);
        Assert.That(merged["exists"].GetBoolean(), Is.True, merged.ToString());
        Assert.That(merged["file"].GetProperty("name").GetString(), Is.EqualTo("film.mp4"));
        Assert.That(merged["file"].GetProperty("contentType").GetString(), Is.EqualTo("video/mp4"));
        Assert.That(merged["file"].GetProperty("contentHash").GetString(), Is.EqualTo(file.ContentHash));
        var again = await Client.PostAsync("chunked/merge", [("md5", file.Md5), ("name", "film.mp4")]);
        Assert.That(again["file"].GetProperty("id").GetString(),
            Is.EqualTo(merged["file"].GetProperty("id").GetString()));
    }

    [Test]
    public async Task Refuses_to_merge_what_is_not_all_in_or_is_something_else()
    {
        var (file, parts) = (TestFile.Random(25_000), App.Data.Parts.Length);
        Assert.That(
            await Client.PostAsync("chunked/merge", [("md5", file.Md5)]), Refused.With(404, "upload-not-found"));
        await SendAsync(file, 0);
        await SendAsync(file, 2);
        Assert.That(await Client.PostAsync("chunked/merge", [("md5", file.Md5)]), Refused.With(409, "chunks-missing"));

        var other = new TestFile("other", file.Bytes);
        await Client.PostAsync(
            "chunked/chunk", [("md5", new string('b', 32)), ("total", 1), ("current", 0)], other.Bytes);
        Assert.That(
            await Client.PostAsync("chunked/merge", [("md5", new string('b', 32))]), Refused.With(422, "digest-mismatch"));
        Assert.That(App.Data.Parts, Has.Length.EqualTo(parts + 1), "that of the first one");
        Assert.That(await Client.PostAsync("chunked/chunk", [("md5", file.Md5)]), Refused.With(400, "invalid-request"));
    }

    [Test]
    public async Task A_file_that_is_there_needs_no_chunk_under_whatever_name()
    {
        var file = TestFile.Random(25_000);
        var stored = (await Client.UploadAsync(file))["file"];
        var found = await Client.PostAsync("chunked/check", [("md5", file.Md5)]);
        Assert.That(found["file"].GetProperty("id").GetString(), Is.EqualTo(stored.GetProperty("id").GetString()));
        var renamed = await Client.PostAsync("chunked/check", [("md5", file.Md5), ("name", "again.bin")]);
        Assert.That(renamed["file"].GetProperty("name").GetString(), Is.EqualTo("again.bin"));
        Assert.That(renamed["file"].GetProperty("instant").GetBoolean(), Is.True);
        var sized = await Client.PostAsync("chunked/check", [("md5", file.Md5), ("size", file.Size + 1)]);
        Assert.That(sized["exists"].GetBoolean(), Is.False);
    }

    [Test]
    public async Task A_question_that_any_link_can_ask_only_looks()
    {
        var (stored, sent) = (TestFile.Random(5000, "mine.bin"), TestFile.Random(25_000));
        await Client.UploadAsync(stored);
        foreach (var index in new[] { 0, 1, 2 })
        {
            await SendAsync(sent, index);
        }

        var before = App.Data.Query("SELECT Name FROM StoredFiles");
        var found = await Client.GetAsync($"chunked/verify?md5={stored.Md5}&name=again.bin");
        Assert.That((found["exists"].GetBoolean(), found["file"].ValueKind), Is.EqualTo((false, JsonValueKind.Null)));
        var known = await Client.GetAsync($"chunked/verify?md5={sent.Md5}&name=again.bin");
        Assert.That((known["exists"].GetBoolean(), known["uploadedList"].ToString()), Is.EqualTo((false, "[0,1,2]")));
        Assert.That(known.Headers.CacheControl?.NoStore, Is.True);
        Assert.That(found.Headers.CacheControl?.NoStore, Is.True);
        Assert.That(App.Data.Query("SELECT Name FROM StoredFiles"), Is.EqualTo(before));
        var merged = await Client.PostAsync("chunked/merge", [("md5", sent.Md5)]);
        Assert.That(merged["exists"].GetBoolean(), Is.True, "as nobody had asked");
    }

    [TestCase("Owner", false, true)]
    [TestCase("Anyone", true, true)]
    [TestCase("Off", false, false)]
    public async Task An_md5_finds_files_within_its_scope(string scope, bool othersFind, bool ownerFinds)
    {
        await using var app = new UploaderApp([("InstantUpload:Md5Scope", scope)]);
        using var alice = new UploadClient(app.Address);
        using var bob = new UploadClient(app.Address);
        var file = TestFile.Random(100);
        var stored = (await alice.UploadAsync(file))["file"].GetProperty("id").GetString();
        var mine = await alice.PostAsync("chunked/check", [("md5", file.Md5)]);
        Assert.That(mine["exists"].GetBoolean(), Is.EqualTo(ownerFinds));
        var theirs = await bob.PostAsync("chunked/check", [("md5", file.Md5)]);
        Assert.That(theirs["exists"].GetBoolean(), Is.EqualTo(othersFind));
        if (othersFind)
        {
            Assert.That(theirs["file"].GetProperty("id").GetString(), Is.Not.EqualTo(stored), "a file of bob's own");
            Assert.That(theirs["file"].GetProperty("name").GetString(), Is.EqualTo(file.Md5), "the name is alice's");
        }
    }

    [Test]
    public async Task Two_contents_of_one_md5_are_two_files()
    {
        var (one, two) = Md5Collision.Pair();
        Assert.That((one.Md5, two.Md5), Is.EqualTo((Md5Collision.Md5, Md5Collision.Md5)));
        var first = (await Client.UploadAsync(one))["file"];
        Assert.That((await CheckAsync(one))["exists"].GetBoolean(), Is.True);
        var second = (await Client.UploadAsync(two))["file"];
        Assert.That((await CheckAsync(one))["exists"].GetBoolean(), Is.False, "nobody knows which one is meant");
        foreach (var (file, stored) in new[] { (one, first), (two, second) })
        {
            var bytes = await Client.GetAsync(stored.GetProperty("downloadUrl").GetString()!.TrimStart('/'));
            Assert.That(bytes.Body, Is.EqualTo(file.Bytes));
            Assert.That(stored.GetProperty("contentHash").GetString(), Is.EqualTo(file.ContentHash));
        }
    }

    [Test]
    public async Task A_colliding_file_does_not_get_the_other_one_through_chunks_either()
    {
        await using var app = new UploaderApp();
        using var client = new UploadClient(app.Address);
        var (one, two) = Md5Collision.Pair();
        (string, object?)[] fields = [("md5", Md5Collision.Md5), ("total", 1), ("current", 0)];
        var first = await client.PostAsync("upload", fields, one.Bytes);
        var second = await client.PostAsync("upload", fields, two.Bytes);
        Assert.That(first["file"].GetProperty("contentHash").GetString(), Is.EqualTo(one.ContentHash));
        Assert.That(second["file"].GetProperty("contentHash").GetString(), Is.EqualTo(two.ContentHash));
    }

    Task<ApiAnswer> CheckAsync(TestFile file) => Client.PostAsync("chunked/check", [("md5", file.Md5)]);

    Task<ApiAnswer> SendAsync(TestFile file, int index) => Client.PostAsync(
        "chunked/chunk", [("md5", file.Md5), ("total", 3), ("current", index)], file.Chunk(index, ChunkSize));

    async Task<string> TextOfAsync(string path, (string, object?)[] fields, TestFile? image = null)
    {
        var answer = image is null ? await Client.PostAsync(path, fields) : await PostImageAsync(fields, image);
        Assert.That((answer.Status, answer.MediaType), Is.EqualTo((200, "text/plain")), answer.ToString());
        return System.Text.Encoding.UTF8.GetString(answer.Body);
    }

    Task<ApiAnswer> PostImageAsync((string, object?)[] fields, TestFile image)
    {
        var form = new MultipartFormDataContent { { new ByteArrayContent(image.Bytes), "image", image.Name } };
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent($"{value}"), name);
        }

        return Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "upload") { Content = form });
    }
}
