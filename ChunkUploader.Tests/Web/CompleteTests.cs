using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

[TestFixture]
public class CompleteTests : ServedTests
{
    static readonly string[] FileFields =
    [
        "id", "name", "size", "md5", "contentHash", "contentType", "uploadedAt", "url", "downloadUrl", "previewUrl",
        "instant",
    ];

    [Test]
    public async Task The_answer_has_the_file_and_asking_again_gives_the_same()
    {
        var file = TestFile.Random(300_000, "picture.png");
        var before = DateTimeOffset.UtcNow.AddSeconds(-1);

        var completed = await Client.UploadAsync(file);

        var stored = completed["file"];
        var id = stored.GetProperty("id").GetString();
        Assert.That((completed.Status, completed.State), Is.EqualTo((200, "completed")));
        Assert.That(stored.EnumerateObject().Select(field => field.Name), Is.EquivalentTo(FileFields));
        Assert.That(stored.GetProperty("name").GetString(), Is.EqualTo("picture.png"));
        Assert.That(stored.GetProperty("size").GetInt64(), Is.EqualTo(file.Size));
        Assert.That(stored.GetProperty("md5").GetString(), Is.EqualTo(file.Md5));
        Assert.That(stored.GetProperty("contentHash").GetString(), Is.EqualTo(file.ContentHash));
        Assert.That(stored.GetProperty("contentType").GetString(), Is.EqualTo("image/png"));
        Assert.That(
            stored.GetProperty("uploadedAt").GetDateTimeOffset(),
            Is.InRange(before, DateTimeOffset.UtcNow.AddSeconds(1)));
        Assert.That(stored.GetProperty("url").GetString(), Is.EqualTo($"/files/{id}"));
        Assert.That(stored.GetProperty("downloadUrl").GetString(), Is.EqualTo($"/files/{id}/download"));
        Assert.That(stored.GetProperty("previewUrl").GetString(), Is.EqualTo($"/files/{id}/preview"));
        Assert.That(stored.GetProperty("instant").GetBoolean(), Is.False);

        var again = await Client.CompleteAsync(completed.Id);
        var session = await Client.GetSessionAsync(completed.Id);
        foreach (var answer in new[] { again, session })
        {
            Assert.That((answer.Status, answer.State), Is.EqualTo((200, "completed")));
            Assert.That(answer["file"].GetRawText(), Is.EqualTo(stored.GetRawText()));
        }

        Assert.That(App.Data.Query($"SELECT Name FROM StoredFiles WHERE Name = '{file.Name}'"), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Completing_many_times_at_once_gives_one_file()
    {
        var file = TestFile.Random(3_000_000);
        var session = await Client.BeginAsync(file.Name, file.Size);
        await Client.SendMissingAsync(session, file);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Client.CompleteAsync(session.Id)));

        Assert.That(answers.Select(answer => answer.Status), Has.All.EqualTo(200));
        Assert.That(
            answers.Select(answer => answer["file"].GetProperty("id").GetString()).Distinct().Count(), Is.EqualTo(1));
        Assert.That(App.Data.Query($"SELECT Name FROM StoredFiles WHERE Name = '{file.Name}'"), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Missing_chunks_are_listed()
    {
        var session = await Client.BeginAsync("gaps.bin", 10 * 256 * 1024, ("chunkSize", 256 * 1024));
        foreach (var index in new[] { 0, 4, 5, 8 })
        {
            await Client.PutChunkAsync(session.Id, index, new byte[256 * 1024]);
        }

        var answer = await Client.CompleteAsync(session.Id);

        Assert.That(answer, Refused.With(409, "chunks-missing"));
        Assert.That(answer["missing"].GetRawText(), Is.EqualTo("[[1,3],[6,7],[9,9]]"));
        Assert.That(answer.Headers.RetryAfter, Is.Null);
        Assert.That((await Client.GetSessionAsync(session.Id)).State, Is.EqualTo("receiving"));
    }

    [Test]
    public async Task At_most_100_missing_ranges_are_listed()
    {
        var session = await Client.BeginAsync("many gaps.bin", 250 * 256 * 1024, ("chunkSize", 256 * 1024));
        await Parallel.ForEachAsync(Enumerable.Range(0, 125), async (index, ct) =>
            await Client.PutChunkAsync(session.Id, 2 * index, new byte[256 * 1024], ct: ct));

        var answer = await Client.CompleteAsync(session.Id);

        Assert.That(answer["missing"].GetArrayLength(), Is.EqualTo(100));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Digests_that_differ_publish_nothing_and_may_be_corrected(bool isMd5)
    {
        var file = TestFile.Random(5000);
        var session = await Client.BeginAsync(file.Name, file.Size);
        await Client.SendMissingAsync(session, file);
        var (wrongMd5, wrongHash) = (isMd5 ? new string('0', 32) : null, isMd5 ? null : new string('0', 64));

        var refused = await Client.CompleteAsync(session.Id, wrongMd5, wrongHash);
        var still = await Client.CompleteAsync(session.Id);
        var published = App.Data.Query($"SELECT Name FROM StoredFiles WHERE Name = '{file.Name}'");
        var state = (await Client.GetSessionAsync(session.Id)).State;
        var corrected = await Client.CompleteAsync(session.Id, file.Md5, file.ContentHash);

        Assert.That(refused, Refused.With(422, "digest-mismatch"));
        Assert.That(still, Refused.With(422, "digest-mismatch"));
        Assert.That(published, Is.Empty);
        Assert.That(state, Is.EqualTo("receiving"));
        Assert.That((corrected.Status, corrected.State), Is.EqualTo((200, "completed")));
    }

    [Test]
    public async Task A_wrong_digest_for_a_completed_session_changes_nothing()
    {
        var completed = await Client.UploadAsync(TestFile.Random(100));

        Assert.That(
            await Client.CompleteAsync(completed.Id, new string('0', 32)), Refused.With(422, "digest-mismatch"));
        Assert.That((await Client.CompleteAsync(completed.Id)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Digests_said_at_the_beginning_are_verified_at_the_end()
    {
        var file = TestFile.Random(5000);
        var session = await Client.BeginAsync(file.Name, file.Size, ("md5", new string('1', 32)));

        Assert.That(await Client.FinishAsync(session, file), Refused.With(422, "digest-mismatch"));
    }

    [Test]
    public async Task The_same_bytes_twice_are_stored_once()
    {
        var file = TestFile.Random(5000);
        await Client.UploadAsync(file);
        var blobs = App.Data.Blobs;

        var second = await Client.UploadAsync(file.Named("a copy.bin"));

        Assert.That(second["file"].GetProperty("name").GetString(), Is.EqualTo("a copy.bin"));
        Assert.That(App.Data.Blobs, Is.EqualTo(blobs), "the superfluous copy is gone");
    }

    [Test]
    public async Task A_chunk_for_a_completed_session_is_compared_and_leaves_nothing_behind()
    {
        var file = TestFile.Random(5000);
        var completed = await Client.UploadAsync(file);

        var same = await Client.PutChunkAsync(completed.Id, 0, file.Bytes);
        var other = await Client.PutChunkAsync(completed.Id, 0, new byte[5000]);

        Assert.That(same.Status, Is.EqualTo(200), same.ToString());
        Assert.That(other, Refused.With(409, "chunk-differs"));
        var id = App.Data.Query($"SELECT lower(hex(BlobId)) FROM StoredFiles WHERE Name = '{file.Name}'").Single();
        Assert.That(App.Data.ReadBlob(id).AsSpan().SequenceEqual(file.Bytes));
        Assert.That(App.Data.Parts, Does.Not.Contain(id));
    }
}
