using System.Net;
using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Clients;

/// <summary>Who wants nothing but text is answered the file's id, and takes the upload back with it.</summary>
[TestFixture]
public sealed class RevertTests : ServedTests
{
    [Test]
    public async Task Answers_the_id_as_text_where_nothing_else_is_wanted()
    {
        var answer = await UploadAsync(Client, TestFile.Random(5000));
        Assert.That((answer.Status, answer.MediaType), Is.EqualTo((200, "text/plain")));
        Assert.That(TextOf(answer), Does.Match("^[0-9a-f]{32}$"));
        Assert.That((await Client.GetAsync($"files/{TextOf(answer)}/download")).Status, Is.EqualTo(200));
    }

    [TestCase("application/json, text/plain, */*")]
    [TestCase("text/plain, */*; q=0.01")]
    public async Task Who_takes_other_answers_too_gets_JSON(string accept)
    {
        var answer = await UploadAsync(Client, TestFile.Random(5000), accept);
        Assert.That(answer["file"].GetProperty("size").GetInt64(), Is.EqualTo(5000));
    }

    [Test]
    public async Task A_reverted_file_is_in_the_trash_and_another_name_of_its_bytes_is_not()
    {
        var file = TestFile.Random(5000);
        var (one, two) = (await UploadAsync(Client, file), await UploadAsync(Client, file));
        Assert.That((await RevertAsync(Client, TextOf(one))).Status, Is.EqualTo(204));
        Assert.That(await Client.GetAsync($"files/{TextOf(one)}/download"), Refused.With(404, "file-not-found"));
        Assert.That(App.Data.Query("SELECT Name FROM StoredFiles WHERE TrashedAt IS NOT NULL"), Does.Contain(file.Name));
        Assert.That((await Client.GetAsync($"files/{TextOf(two)}/download")).Body, Is.EqualTo(file.Bytes));
        Assert.That((await RevertAsync(Client, TextOf(one))).Status, Is.EqualTo(204), "the answer may have been lost");
    }

    [Test]
    public async Task Nobody_else_reverts_it()
    {
        using var other = new UploadClient(App.Address);
        using var guest = UploadClient.Guest(App.Address);
        var mine = TextOf(await UploadAsync(Client, TestFile.Random(5000)));
        var guests = TextOf(await UploadAsync(guest, TestFile.Random(5000)));
        foreach (var (client, id) in new[] { (other, mine), (guest, mine), (other, guests), (guest, guests) })
        {
            Assert.That(await RevertAsync(client, id), Refused.With(404, "file-not-found"));
            Assert.That((await Client.GetAsync($"files/{id}/download")).Status, Is.EqualTo(200));
        }
    }

    [Test]
    public async Task A_guest_who_was_given_a_cookie_reverts_what_was_uploaded_before_and_after()
    {
        using var visitor = UploadClient.Guest(App.Address, cookies: new CookieContainer());
        foreach (var file in new[] { TestFile.Random(5000), TestFile.Random(5000) })
        {
            var id = TextOf(await UploadAsync(visitor, file));
            Assert.That((await RevertAsync(visitor, id)).Status, Is.EqualTo(204));
        }
    }

    [TestCase("")]
    [TestCase("nonsense")]
    [TestCase("00000000000000000000000000000000")]
    public async Task Finds_nothing_under_what_is_no_id(string id) =>
        Assert.That(await RevertAsync(Client, id), Refused.With(404, "file-not-found"));

    [Test]
    public async Task Refuses_a_body_that_is_far_too_long() =>
        Assert.That(await RevertAsync(Client, new string('0', 5000)), Refused.With(400, "invalid-request"));

    [Test]
    public async Task Refuses_the_chunks_of_the_same_client_whose_protocol_is_another() =>
        Assert.That(
            await Client.PostAsync("upload", [("filepond", "{}"), ("header:Upload-Length", 5000)]),
            Refused.With(400, "invalid-request"));

    static Task<ApiAnswer> UploadAsync(UploadClient client, TestFile file, string accept = "text/plain")
    {
        var form = new MultipartFormDataContent
        {
            { new StringContent("{}"), "filepond" },
            { new ByteArrayContent(file.Bytes), "filepond", file.Name },
        };
        var request = new HttpRequestMessage(HttpMethod.Post, "upload") { Content = form };
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return client.SendAsync(request);
    }

    static Task<ApiAnswer> RevertAsync(UploadClient client, string id) =>
        client.SendAsync(new HttpRequestMessage(HttpMethod.Delete, "upload") { Content = new StringContent(id) });

    static string TextOf(ApiAnswer answer) => System.Text.Encoding.UTF8.GetString(answer.Body);
}
