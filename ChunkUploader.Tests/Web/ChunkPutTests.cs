using System.Security.Cryptography;
using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

[TestFixture]
public class ChunkPutTests : ServedTests
{
    const int ChunkSize = 256 * 1024;

    [Test]
    public async Task Raw_bodies_in_any_order_become_the_file()
    {
        var file = TestFile.Random((2 * ChunkSize) + 1);
        var session = await Client.BeginAsync(file.Name, file.Size, ("chunkSize", ChunkSize));
        foreach (var index in new[] { 2, 1, 0 })
        {
            var answer = await Client.PutChunkAsync(session.Id, index, file.Chunk(index, ChunkSize));
            Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
            var next = index > 0 ? "0" : "null";
            Assert.That(
                answer.Json.GetRawText(),
                Is.EqualTo($$"""{"index":{{index}},"receivedCount":{{3 - index}},"chunkCount":3,"next":{{next}}}"""));
        }

        var completed = await Client.CompleteAsync(session.Id, file.Md5, file.ContentHash);

        Assert.That(completed.Status, Is.EqualTo(200), completed.ToString());
    }

    [Test]
    public async Task A_body_without_a_length_is_taken()
    {
        var file = TestFile.Random(ChunkSize);
        var session = await Client.BeginAsync(file.Name, file.Size);
        var request = new HttpRequestMessage(HttpMethod.Put, $"uploads/{session.Id}/chunks/0")
        {
            Content = new StreamContent(new MemoryStream(file.Bytes)),
        };
        request.Headers.TransferEncodingChunked = true;

        var answer = await Client.SendAsync(request);

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        Assert.That((await Client.CompleteAsync(session.Id, file.Md5)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_content_digest_is_verified([Values] bool isAligned)
    {
        var file = TestFile.Random(2 * ChunkSize);
        var session = await Client.BeginAsync(file.Name, file.Size, ("chunkSize", ChunkSize));
        var index = isAligned ? 0 : 1;
        var chunk = file.Chunk(index, ChunkSize);
        var digest = Convert.ToBase64String(SHA256.HashData(chunk.Span));

        var wrong = await Client.PutChunkAsync(
            session.Id, index, chunk, $"sha-256=:{Convert.ToBase64String(new byte[32])}:");
        var isIn = await Client.GetAsync($"uploads/{session.Id}/chunks/{index}");
        var right = await Client.PutChunkAsync(session.Id, index, chunk, $"sha-512=:AAAA:, sha-256=:{digest}:");

        Assert.That(wrong, Refused.With(422, "chunk-digest-mismatch"));
        Assert.That(isIn.Status, Is.EqualTo(204));
        Assert.That(right.Status, Is.EqualTo(200), right.ToString());
    }

    [Test]
    public async Task A_content_digest_is_of_the_whole_body_however_long()
    {
        var file = TestFile.Random(9 * 1024 * 1024);
        var session = await Client.BeginAsync(file.Name, file.Size, ("chunkSize", 64 * 1024 * 1024));
        var digest = Convert.ToBase64String(SHA256.HashData(file.Bytes));

        var answer = await Client.PutChunkAsync(session.Id, 0, file.Bytes, $"sha-256=:{digest}:");

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        Assert.That((await Client.CompleteAsync(session.Id, file.Md5, file.ContentHash)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Digests_of_other_algorithms_are_passed_over()
    {
        var session = await Client.BeginAsync("other algorithm.bin", 3);

        var answer = await Client.PutChunkAsync(session.Id, 0, new byte[3], "sha-512=:AAAA:, unixsum=:AAAA:");

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
    }

    [TestCase("sha-256=:AAAA:")]
    [TestCase("sha-256=:not base64:")]
    [TestCase("sha-256=:")]
    public async Task A_content_digest_that_is_none_is_refused(string digest)
    {
        var session = await Client.BeginAsync($"{digest}.bin", 3);

        var answer = await Client.PutChunkAsync(session.Id, 0, new byte[3], digest);

        Assert.That(answer, Refused.With(400, "invalid-request"));
        Assert.That((await Client.GetSessionAsync(session.Id))["receivedCount"].GetInt32(), Is.Zero);
    }
}
