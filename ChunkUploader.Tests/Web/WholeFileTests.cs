using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

[TestFixture]
public class WholeFileTests : ServedTests
{
    const string Md5OfNothing = "d41d8cd98f00b204e9800998ecf8427e";
    const string ContentHashOfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [TestCase(false)]
    [TestCase(true)]
    public async Task One_chunk_of_a_file_is_not_taken_for_all_of_it(bool isLate)
    {
        var name = $"{Guid.NewGuid():n}";
        (string, object?)[] own = [("fileName", name), ("size", 5), ("chunkSize", 5)];
        (string, object?)[] chunk = [("chunkIndex", 0), ("totalChunks", 3)];
        var before = App.Data.Blobs.Length;
        var refused = isLate
            ? await Client.PostAsync("uploads", own, new byte[5], chunk)
            : await Client.PostAsync("uploads", [.. own, .. chunk], new byte[5]);
        Assert.That(refused, Refused.With(400, "unknown-chunk-fields"));
        Assert.That((App.Data.Parts.Length, App.Data.Blobs.Length), Is.EqualTo((0, before)));
        var whole = await Client.PostAsync("uploads", own, new byte[5], ("title", "a"));
        Assert.That(whole["state"].GetString(), Is.EqualTo("completed"));
    }

    [Test]
    public async Task An_empty_file_is_complete_when_it_begins([Values] bool isSentAlong)
    {
        var answer = await Client.PostAsync(
            "uploads", [("fileName", "empty.txt"), ("size", 0)], isSentAlong ? Array.Empty<byte>() : null);

        Assert.That((answer.Status, answer.State), Is.EqualTo((200, "completed")), answer.ToString());
        Assert.That(answer["chunkCount"].GetInt32(), Is.Zero);
        Assert.That(answer["received"].GetRawText(), Is.EqualTo("[]"));
        Assert.That(answer["file"].GetProperty("md5").GetString(), Is.EqualTo(Md5OfNothing));
        Assert.That(answer["file"].GetProperty("contentHash").GetString(), Is.EqualTo(ContentHashOfNothing));
        var download = await Client.GetAsync(answer["file"].GetProperty("downloadUrl").GetString()!);
        Assert.That((download.Status, download.Body), Is.EqualTo((200, Array.Empty<byte>())));
    }

    [Test]
    public async Task An_empty_chunk_of_an_empty_file_is_taken()
    {
        var session = await Client.BeginAsync("empty with a chunk.txt", 0);

        var post = await Client.PostChunkAsync(session.Id, 0, ReadOnlyMemory<byte>.Empty);
        var put = await Client.PutChunkAsync(session.Id, 0, ReadOnlyMemory<byte>.Empty);
        var completed = await Client.CompleteAsync(session.Id, Md5OfNothing);

        Assert.That(post.Status, Is.EqualTo(200), post.ToString());
        Assert.That(put.Json.GetRawText(), Is.EqualTo("""{"index":0,"receivedCount":0,"chunkCount":0,"next":null}"""));
        Assert.That((completed.Status, completed.State), Is.EqualTo((200, "completed")));
        Assert.That(
            await Client.PutChunkAsync(session.Id, 0, new byte[1]), Refused.With(400, "chunk-length-mismatch"));
        Assert.That(
            await Client.PutChunkAsync(
                session.Id, 1, ReadOnlyMemory<byte>.Empty), Refused.With(400, "chunk-out-of-range"));
    }

    [Test]
    public async Task An_empty_chunk_has_the_digest_of_nothing()
    {
        const string Nothing = ContentHashOfNothing; // of no blocks, so of no bytes
        var session = await Client.BeginAsync("empty with a digest.txt", 0);
        var header = $"sha-256=:{Convert.ToBase64String(Convert.FromHexString(Nothing))}:";

        var post = await Client.PostChunkAsync(session.Id, 0, ReadOnlyMemory<byte>.Empty, Nothing);
        var put = await Client.PutChunkAsync(session.Id, 0, ReadOnlyMemory<byte>.Empty, header);
        var wrong = await Client.PostChunkAsync(session.Id, 0, ReadOnlyMemory<byte>.Empty, new string('0', 64));

        Assert.That(post.Status, Is.EqualTo(200), post.ToString());
        Assert.That(put.Status, Is.EqualTo(200), put.ToString());
        Assert.That(wrong, Refused.With(422, "chunk-digest-mismatch"));
    }

    [Test]
    public async Task Bytes_sent_along_with_a_size_of_0_are_refused()
    {
        var answer = await Client.PostAsync("uploads", [("fileName", "not empty.txt"), ("size", 0)], new byte[3]);

        Assert.That(answer, Refused.With(400, "chunk-length-mismatch"));
        Assert.That(App.Data.Query("SELECT Name FROM StoredFiles WHERE Name = 'not empty.txt'"), Is.Empty);
    }

    [Test]
    public async Task A_small_file_comes_in_one_request([Values] bool isHashed)
    {
        var file = TestFile.Random(70_000);
        (string, object?)[] digests = isHashed ? [("md5", file.Md5), ("contentHash", file.ContentHash)] : [];

        var answer = await Client.PostAsync(
            "uploads", [("fileName", file.Name), ("size", file.Size), .. digests], file.Bytes);

        Assert.That((answer.Status, answer.State), Is.EqualTo((200, "completed")), answer.ToString());
        Assert.That(answer["chunkCount"].GetInt32(), Is.EqualTo(1));
        Assert.That(answer["file"].GetProperty("md5").GetString(), Is.EqualTo(file.Md5));
        Assert.That(App.Data.Parts, Is.Empty);
    }

    [Test]
    public async Task The_fields_may_stand_behind_the_file()
    {
        var file = TestFile.Random(70_000);

        var right = await PostFileFirstAsync(file, file.Md5);
        var wrong = await PostFileFirstAsync(file.Named("wrong digest.bin"), new string('0', 32));

        Assert.That((right.Status, right.State), Is.EqualTo((200, "completed")), right.ToString());
        Assert.That(wrong, Refused.With(422, "digest-mismatch"));
        Assert.That(App.Data.Query("SELECT Name FROM StoredFiles WHERE Name = 'wrong digest.bin'"), Is.Empty);
        Assert.That(App.Data.Staged, Is.Empty);
    }

    [TestCase(9)]
    [TestCase(11)]
    public async Task A_refused_file_leaves_no_session_behind(int sent)
    {
        using var client = new UploadClient(App.Address);

        var answer = await client.PostAsync(
            "uploads", [("fileName", "wrong length.bin"), ("size", 10)], new byte[sent]);

        Assert.That(answer, Refused.With(400, "chunk-length-mismatch"));
        Assert.That((await client.GetAsync("uploads")).Json.GetArrayLength(), Is.Zero);
        Assert.That(
            App.Data.Query("SELECT FileName FROM UploadSessions WHERE FileName = 'wrong length.bin'"), Is.Empty);
        Assert.That(App.Data.Parts, Is.Empty);
    }

    Task<ApiAnswer> PostFileFirstAsync(TestFile file, string md5)
    {
        var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(file.Bytes), "file", "blob" },
            { new StringContent(file.Name), "fileName" },
            { new StringContent($"{file.Size}"), "size" },
            { new StringContent(md5), "md5" },
        };
        return Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "uploads") { Content = form });
    }
}
