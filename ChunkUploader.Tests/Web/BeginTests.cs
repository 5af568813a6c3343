using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

[TestFixture]
public class BeginTests : ServedTests
{
    static readonly string[] SessionFields =
    [
        "id", "state", "fileName", "relativePath", "lastModified", "size", "chunkSize", "chunkCount", "receivedCount",
        "received", "next", "expiresAt", "candidate", "challenge", "file", "resumeUrl",
    ];

    [Test]
    public async Task A_new_session_is_created_with_its_location_and_its_plan()
    {
        var before = DateTimeOffset.UtcNow;

        var answer = await Client.BeginAsync("holiday.mp4", 20_000_000);

        Assert.That(answer.Status, Is.EqualTo(201), answer.ToString());
        Assert.That(answer.MediaType, Is.EqualTo("application/json"));
        Assert.That(answer.Headers.Location?.ToString(), Is.EqualTo($"/uploads/{answer.Id}"));
        Assert.That(answer.Id, Does.Match("^[0-9a-f]{32}$"));
        Assert.That(answer.State, Is.EqualTo("receiving"));
        Assert.That(answer["fileName"].GetString(), Is.EqualTo("holiday.mp4"));
        Assert.That(answer["size"].GetInt64(), Is.EqualTo(20_000_000));
        Assert.That(answer["chunkSize"].GetInt64(), Is.EqualTo(8 * 1024 * 1024));
        Assert.That(answer["chunkCount"].GetInt32(), Is.EqualTo(3));
        Assert.That(answer["receivedCount"].GetInt32(), Is.Zero);
        Assert.That(answer["received"].GetRawText(), Is.EqualTo("[]"));
        Assert.That(answer["next"].GetInt32(), Is.Zero);
        Assert.That(
            answer["expiresAt"].GetDateTimeOffset() - before,
            Is.EqualTo(TimeSpan.FromDays(7)).Within(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public async Task A_session_has_the_same_fields_in_every_answer_and_what_is_absent_is_null()
    {
        var begun = await Client.BeginAsync("fields.bin", 10);
        var got = await Client.GetSessionAsync(begun.Id);
        var listed = (await Client.GetAsync("uploads")).Json.EnumerateArray()
            .Single(session => session.GetProperty("id").GetString() == begun.Id);

        foreach (var session in new[] { begun.Json, got.Json, listed })
        {
            Assert.That(session.EnumerateObject().Select(field => field.Name), Is.EquivalentTo(SessionFields));
            Assert.That(
                session.EnumerateObject().Where(field => field.Value.ValueKind == System.Text.Json.JsonValueKind.Null)
                    .Select(field => field.Name),
                Is.EquivalentTo(["relativePath", "lastModified", "candidate", "challenge", "file"]));
        }
    }

    [Test]
    public async Task What_is_said_of_a_file_stays_with_its_session()
    {
        var begun = await Client.BeginAsync(
            "a.txt",
            10,
            ("contentType", "text/plain"),
            ("relativePath", "docs/a.txt"),
            ("lastModified", 1_700_000_000_123));

        var session = await Client.GetSessionAsync(begun.Id);

        Assert.That(session.Status, Is.EqualTo(200));
        Assert.That(session["relativePath"].GetString(), Is.EqualTo("docs/a.txt"));
        Assert.That(session["lastModified"].GetInt64(), Is.EqualTo(1_700_000_000_123));
        var file = (await Client.FinishAsync(session, TestFile.Random(10)))["file"];
        Assert.That(file.GetProperty("contentType").GetString(), Is.EqualTo("text/plain"));
    }

    [Test]
    public async Task A_form_may_be_url_encoded()
    {
        var answer = await Client.PostUrlEncodedAsync("uploads", ("fileName", "Größe & mehr.bin"), ("size", 5));

        Assert.That(answer.Status, Is.EqualTo(201), answer.ToString());
        Assert.That(answer["fileName"].GetString(), Is.EqualTo("Größe & mehr.bin"));
    }

    [TestCase(1, 256 * 1024)]
    [TestCase(300_000, 256 * 1024)]
    [TestCase(1024 * 1024, 1024 * 1024)]
    [TestCase(4 * 1024 * 1024 - 1, 2 * 1024 * 1024)]
    [TestCase(11 * 1024 * 1024, 8 * 1024 * 1024)]
    [TestCase(12 * 1024 * 1024, 12 * 1024 * 1024)]
    [TestCase(long.MaxValue, 64 * 1024 * 1024)]
    public async Task A_wish_for_a_chunk_size_is_rounded(long wish, long granted)
    {
        var answer = await Client.BeginAsync($"wish {wish}", 100_000_000, ("chunkSize", wish));

        Assert.That(answer["chunkSize"].GetInt64(), Is.EqualTo(granted));
    }

    [Test]
    public async Task A_chunk_size_is_raised_where_there_would_be_more_than_a_million_chunks()
    {
        var answer = await Client.BeginAsync("huge", 1L << 39, ("chunkSize", 256 * 1024));

        Assert.That(answer.Status, Is.AnyOf(201, 507), answer.ToString());
        if (answer.Status == 201)
        {
            Assert.That(answer["chunkCount"].GetInt32(), Is.LessThanOrEqualTo(1_000_000));
        }
    }

    [TestCase("size", "-1")]
    [TestCase("size", "ten")]
    [TestCase("size", "99999999999999999999")]
    [TestCase("size", "")]
    [TestCase("chunkSize", "0")]
    [TestCase("chunkSize", "-5")]
    [TestCase("lastModified", "yesterday")]
    [TestCase("md5", "abc")]
    [TestCase("contentHash", "zz")]
    [TestCase("firstBlock", "00")]
    public async Task A_field_that_makes_no_sense_is_named_in_the_refusal(string field, string value)
    {
        (string, object?)[] fields = [("fileName", "bad.bin"), ("size", 10), (field, value)];

        var answer = await Client.PostAsync("uploads", fields);

        Assert.That(answer, Refused.With(400, "invalid-request"));
        Assert.That(answer["errors"].EnumerateObject().Select(error => error.Name), Is.EqualTo([field]));
    }

    [Test]
    public async Task Missing_fields_are_all_named_in_one_refusal()
    {
        var answer = await Client.PostAsync("uploads", [("chunkSize", 5)]);

        Assert.That(answer, Refused.With(400, "invalid-request"));
        Assert.That(
            answer["errors"].EnumerateObject().Select(error => error.Name), Is.EquivalentTo(["fileName", "size"]));
    }

    [Test]
    public async Task A_body_that_is_no_form_is_refused()
    {
        var answer = await Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "uploads")
        {
            Content = new StringContent("{\"fileName\":\"a\",\"size\":1}", null, "application/json"),
        });

        Assert.That(answer, Refused.With(400, "invalid-request"));
    }
}
