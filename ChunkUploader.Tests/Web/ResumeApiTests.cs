using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

[TestFixture]
public class ResumeApiTests : ServedTests
{
    [Test]
    public async Task The_same_file_goes_on_where_it_stopped()
    {
        var file = TestFile.Random(700_000);
        var begun = await Client.BeginAsync(file.Name, file.Size, ("chunkSize", 256 * 1024));
        await Client.PostChunkAsync(begun.Id, 1, file.Chunk(1, 256 * 1024));

        var resumed = await Client.BeginAsync(file.Name, file.Size, ("md5", file.Md5));

        Assert.That(resumed.Status, Is.EqualTo(200));
        Assert.That(resumed.Headers.Location, Is.Null);
        Assert.That(resumed.Id, Is.EqualTo(begun.Id));
        Assert.That(resumed["chunkSize"].GetInt32(), Is.EqualTo(256 * 1024), "the session keeps its own plan");
        Assert.That(resumed["received"].GetRawText(), Is.EqualTo("[[1,1]]"));
        Assert.That(resumed["next"].GetInt32(), Is.Zero);
        var completed = await Client.FinishAsync(resumed, file);
        Assert.That(completed["file"].GetProperty("md5").GetString(), Is.EqualTo(file.Md5));
    }

    [TestCase("fileName", "other.bin")]
    [TestCase("size", "11")]
    [TestCase("relativePath", "folder/other/same.bin")]
    [TestCase("lastModified", "2000")]
    [TestCase("firstBlock", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")]
    [TestCase("md5", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")]
    [TestCase("contentHash", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")]
    public async Task A_file_that_differs_in_what_both_sides_know_is_another_file(string field, string value)
    {
        using var client = new UploadClient(App.Address);
        (string Name, object? Value)[] fields =
        [
            ("fileName", "same.bin"), ("size", 10), ("relativePath", "folder/same.bin"), ("lastModified", 1000),
            ("firstBlock", new string('a', 64)), ("md5", new string('a', 32)), ("contentHash", new string('a', 64)),
        ];
        var first = await client.PostAsync("uploads", fields);

        var same = await client.PostAsync("uploads", fields);
        var other = await client.PostAsync("uploads", [.. fields.Where(f => f.Name != field), (field, value)]);

        Assert.That((same.Status, same.Id), Is.EqualTo((200, first.Id)));
        Assert.That(other.Status, Is.EqualTo(201), other.ToString());
        Assert.That(other.Id, Is.Not.EqualTo(first.Id));
    }

    [TestCase("lastModified")]
    [TestCase("firstBlock")]
    [TestCase("md5")]
    [TestCase("contentHash")]
    public async Task What_only_one_side_knows_does_not_tell_files_apart(string field)
    {
        using var client = new UploadClient(App.Address);
        (string Name, object? Value)[] fields =
        [
            ("fileName", "same.bin"), ("size", 10), ("lastModified", 1000), ("firstBlock", new string('a', 64)),
            ("md5", new string('a', 32)), ("contentHash", new string('a', 64)),
        ];
        var first = await client.PostAsync("uploads", fields);

        var resumed = await client.PostAsync("uploads", [.. fields.Where(f => f.Name != field)]);

        Assert.That((resumed.Status, resumed.Id), Is.EqualTo((200, first.Id)));
    }

    [Test]
    public async Task A_completed_session_is_never_resumed()
    {
        var file = TestFile.Random(1000);
        var first = await Client.UploadAsync(file);

        var second = await Client.BeginAsync(file.Name, file.Size);

        Assert.That(second.Status, Is.EqualTo(201));
        Assert.That(second.Id, Is.Not.EqualTo(first.Id));
    }

    [Test]
    public async Task A_session_whose_digests_differed_is_not_resumed()
    {
        var file = TestFile.Random(1000);
        var begun = await Client.BeginAsync(file.Name, file.Size);
        await Client.PostChunkAsync(begun.Id, 0, file.Bytes);
        var refused = await Client.CompleteAsync(begun.Id, md5: new string('0', 32));

        var second = await Client.BeginAsync(file.Name, file.Size);

        Assert.That(refused, Refused.With(422, "digest-mismatch"));
        Assert.That(second.Status, Is.EqualTo(201));
        Assert.That(second.Id, Is.Not.EqualTo(begun.Id));
    }

    [Test]
    public async Task Two_begins_of_one_file_at_the_same_moment_find_one_session()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Client.BeginAsync("at once.bin", 10)));

        Assert.That(answers.Select(answer => answer.Id).Distinct().Count(), Is.EqualTo(1));
        Assert.That(answers.Count(answer => answer.Status == 201), Is.EqualTo(1));
    }

    [Test]
    public async Task The_list_holds_the_open_sessions_newest_first()
    {
        using var client = new UploadClient(App.Address);
        var done = await client.UploadAsync(TestFile.Random(10));
        var first = await client.BeginAsync("first.bin", 10);
        var cancelled = await client.BeginAsync("cancelled.bin", 10);
        await client.DeleteAsync(cancelled.Id);
        var last = await client.BeginAsync("last.bin", 300_000, ("chunkSize", 256 * 1024));
        await client.PostChunkAsync(last.Id, 1, new byte[300_000 - (256 * 1024)]);

        var list = await client.GetAsync("uploads");

        Assert.That(list.Status, Is.EqualTo(200));
        Assert.That(done.State, Is.EqualTo("completed"));
        Assert.That(
            list.Json.EnumerateArray().Select(session => session.GetProperty("id").GetString()),
            Is.EqualTo([last.Id, first.Id]));
        Assert.That(list.Json[0].GetProperty("received").GetRawText(), Is.EqualTo("[[1,1]]"));
    }
}
