using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

[TestFixture]
public class ChunkPostTests : ServedTests
{
    const int ChunkSize = 256 * 1024;
    const int PieceSize = 4 * 1024 * 1024;

    [Test]
    public async Task Chunks_in_any_order_become_the_file()
    {
        var file = TestFile.Random((3 * ChunkSize) + 17);
        var session = await Client.BeginAsync(file.Name, file.Size, ("chunkSize", ChunkSize));
        var answers = new List<string>();
        foreach (var index in new[] { 3, 0, 2, 1 })
        {
            var answer = await Client.PostChunkAsync(session.Id, index, file.Chunk(index, ChunkSize));
            Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
            answers.Add(answer.Json.GetRawText());
        }

        Assert.That(answers, Is.EqualTo(
        [
            """{"index":3,"receivedCount":1,"chunkCount":4,"next":0}""",
            """{"index":0,"receivedCount":2,"chunkCount":4,"next":1}""",
            """{"index":2,"receivedCount":3,"chunkCount":4,"next":1}""",
            """{"index":1,"receivedCount":4,"chunkCount":4,"next":null}""",
        ]));
        var completed = await Client.CompleteAsync(session.Id);
        Assert.That((completed.Status, completed.State), Is.EqualTo((200, "completed")));
        var download = await Client.GetAsync(completed["file"].GetProperty("downloadUrl").GetString()!);
        Assert.That(download.Body.AsSpan().SequenceEqual(file.Bytes));
    }

    [Test]
    public async Task Fields_may_stand_behind_the_file()
    {
        var file = TestFile.Random(ChunkSize + 5);
        var session = await Client.BeginAsync(file.Name, file.Size, ("chunkSize", ChunkSize));

        var answer = await PostFileFirstAsync(
            session.Id,
            file.Chunk(1, ChunkSize),
            ("sha256", TestFile.Sha256(file.Chunk(1, ChunkSize).Span)),
            ("index", "1"));

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        Assert.That(App.Data.Staged, Is.Empty, "what was staged is gone");
        await Client.PostChunkAsync(session.Id, 0, file.Chunk(0, ChunkSize));
        var completed = await Client.CompleteAsync(session.Id, file.Md5, file.ContentHash);
        Assert.That(completed.Status, Is.EqualTo(200), completed.ToString());
    }

    [Test]
    public async Task A_digest_behind_the_file_is_verified([Values] bool isAligned)
    {
        var file = TestFile.Random(2 * ChunkSize);
        var session = await Client.BeginAsync(file.Name, file.Size, ("chunkSize", ChunkSize));
        var index = isAligned ? 0 : 1;
        var chunk = file.Chunk(index, ChunkSize);

        var wrong = await PostIndexFirstAsync(session.Id, index, chunk, new string('0', 64));
        var isIn = await Client.GetAsync($"uploads/{session.Id}/chunks/{index}");
        var right = await PostIndexFirstAsync(session.Id, index, chunk, TestFile.Sha256(chunk.Span));

        Assert.That(wrong, Refused.With(422, "chunk-digest-mismatch"));
        Assert.That(isIn.Status, Is.EqualTo(204));
        Assert.That(right.Status, Is.EqualTo(200), right.ToString());
    }

    [Test]
    public async Task Each_piece_of_4_MiB_has_a_digest_of_its_own()
    {
        var file = TestFile.Random((2 * PieceSize) + 3);
        var session = await Client.BeginAsync(file.Name, file.Size, ("chunkSize", 64 * 1024 * 1024));
        var right = file.Blocks;
        string[] damaged = [right[0], right[1], new('0', 64)];

        var wrong = await Client.PostChunkAsync(session.Id, 0, file.Bytes, string.Join(',', damaged));
        var tooFew = await Client.PostChunkAsync(session.Id, 0, file.Bytes, string.Join(',', right[..2]));
        var whole = await Client.PostChunkAsync(session.Id, 0, file.Bytes, TestFile.Sha256(file.Bytes));
        var missing = (await Client.GetSessionAsync(session.Id))["receivedCount"].GetInt32();
        var taken = await Client.PostChunkAsync(session.Id, 0, file.Bytes, string.Join(", ", right).ToUpperInvariant());

        Assert.That(wrong, Refused.With(422, "chunk-digest-mismatch"));
        Assert.That(tooFew, Refused.With(422, "chunk-digest-mismatch"));
        Assert.That(whole, Refused.With(422, "chunk-digest-mismatch"));
        Assert.That(missing, Is.Zero);
        Assert.That(taken.Status, Is.EqualTo(200), taken.ToString());
        Assert.That((await Client.CompleteAsync(session.Id, file.Md5, file.ContentHash)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_digest_that_is_none_is_refused()
    {
        var session = await Client.BeginAsync("no digest.bin", 10);

        var answer = await Client.PostChunkAsync(session.Id, 0, new byte[10], "abc");

        Assert.That(answer, Refused.With(400, "invalid-request"));
        Assert.That((await Client.GetSessionAsync(session.Id))["receivedCount"].GetInt32(), Is.Zero);
    }

    [Test]
    public async Task A_chunk_that_comes_again_is_compared()
    {
        var file = TestFile.Random(1000);
        var session = await Client.BeginAsync(file.Name, file.Size);
        var first = await Client.PostChunkAsync(session.Id, 0, file.Bytes);

        var same = await Client.PostChunkAsync(session.Id, 0, file.Bytes);
        var other = await Client.PostChunkAsync(session.Id, 0, new byte[1000]);
        var wrongDigest = await Client.PostChunkAsync(session.Id, 0, file.Bytes, new string('0', 64));

        Assert.That(same.Json.GetRawText(), Is.EqualTo(first.Json.GetRawText()));
        Assert.That(other, Refused.With(409, "chunk-differs"));
        Assert.That(other.Headers.RetryAfter, Is.Null, "sending it again would not help");
        Assert.That(wrongDigest, Refused.With(422, "chunk-digest-mismatch"));
        var completed = await Client.CompleteAsync(session.Id, file.Md5);
        Assert.That(completed.Status, Is.EqualTo(200), "the stored bytes are untouched, and a native session goes on");
    }

    [Test]
    public async Task A_digest_behind_a_chunk_that_comes_again_is_verified_too()
    {
        var file = TestFile.Random(1000);
        var session = await Client.BeginAsync(file.Name, file.Size);
        await Client.PostChunkAsync(session.Id, 0, file.Bytes);

        var answer = await PostIndexFirstAsync(session.Id, 0, file.Bytes, new string('0', 64));

        Assert.That(answer, Refused.With(422, "chunk-digest-mismatch"));
    }

    [Test]
    public async Task A_post_without_its_index_or_its_file_is_refused()
    {
        var session = await Client.BeginAsync("fields missing.bin", 10);

        var withoutIndex = await Client.PostAsync($"uploads/{session.Id}/chunks", [], new byte[10]);
        var withoutFile = await Client.PostAsync($"uploads/{session.Id}/chunks", [("index", 0)]);

        Assert.That(withoutIndex, Refused.With(400, "invalid-request"));
        Assert.That(withoutIndex["errors"].GetProperty("index")[0].GetString(), Is.EqualTo("is required"));
        Assert.That(withoutFile, Refused.With(400, "invalid-request"));
        Assert.That(withoutFile["errors"].GetProperty("file")[0].GetString(), Is.EqualTo("is required"));
        Assert.That(App.Data.Staged, Is.Empty);
    }

    Task<ApiAnswer> PostIndexFirstAsync(string id, int index, Memory<byte> bytes, string sha256) =>
        PostAsync(id, [(new StringContent($"{index}"), "index")], bytes, [(new StringContent(sha256), "sha256")]);

    Task<ApiAnswer> PostFileFirstAsync(string id, Memory<byte> bytes, params (string Name, string Value)[] fields) =>
        PostAsync(id, [], bytes, [.. fields.Select(field => (new StringContent(field.Value), field.Name))]);

    Task<ApiAnswer> PostAsync(
        string id, (StringContent, string)[] before, Memory<byte> bytes, (StringContent, string)[] after)
    {
        var form = new MultipartFormDataContent();
        Array.ForEach(before, field => form.Add(field.Item1, field.Item2));
        form.Add(new ReadOnlyMemoryContent(bytes), "file", "blob");
        Array.ForEach(after, field => form.Add(field.Item1, field.Item2));
        return Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, $"uploads/{id}/chunks") { Content = form });
    }
}
