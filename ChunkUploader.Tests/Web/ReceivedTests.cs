using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

[TestFixture]
public class ReceivedTests : ServedTests
{
    const int MiB = 1024 * 1024;

    [Test]
    public async Task A_chunk_is_in_or_it_is_not()
    {
        var file = TestFile.Random(3 * MiB);
        var session = await Client.BeginAsync(file.Name, file.Size, ("chunkSize", MiB));
        await Client.PostChunkAsync(session.Id, 1, file.Chunk(1, MiB));

        var (received, missing) = (await GetChunkAsync(session.Id, 1), await GetChunkAsync(session.Id, 2));

        Assert.That((received.Status, received.Body), Is.EqualTo((200, Array.Empty<byte>())));
        Assert.That((missing.Status, missing.Body), Is.EqualTo((204, Array.Empty<byte>())));
        Assert.That(await GetChunkAsync(session.Id, 3), Refused.With(400, "chunk-out-of-range"));
    }

    [Test]
    public async Task All_chunks_of_a_completed_session_are_in()
    {
        var completed = await Client.UploadAsync(TestFile.Random(3 * MiB), MiB);

        Assert.That((await GetChunkAsync(completed.Id, 2)).Status, Is.EqualTo(200));
        var session = await Client.GetSessionAsync(completed.Id);
        Assert.That(session["received"].GetRawText(), Is.EqualTo("[[0,2]]"));
        Assert.That(session["receivedCount"].GetInt32(), Is.EqualTo(3));
    }

    [Test]
    public async Task A_block_has_a_digest_once_all_of_it_is_in([Values(1, 4, 8)] int chunkMiB)
    {
        var file = TestFile.Random((12 * MiB) + 5);
        var chunkSize = chunkMiB * MiB;
        var session = await Client.BeginAsync(file.Name, file.Size, ("chunkSize", chunkSize));
        var skipped = 5 * MiB / chunkSize;
        foreach (var index in Enumerable.Range(0, session["chunkCount"].GetInt32()).Where(index => index != skipped))
        {
            await Client.PutChunkAsync(session.Id, index, file.Chunk(index, chunkSize));
        }

        var before = await BlocksAsync(session.Id);
        await Client.PutChunkAsync(session.Id, skipped, file.Chunk(skipped, chunkSize));
        var after = await BlocksAsync(session.Id);

        string?[] expected = [.. file.Blocks];
        Assert.That(after, Is.EqualTo(expected));
        expected[1] = null;
        expected[0] = chunkMiB == 8 ? null : expected[0];
        Assert.That(before, Is.EqualTo(expected));
    }

    [Test]
    public async Task Blocks_are_asked_for_by_first_and_count()
    {
        var file = TestFile.Random(9 * MiB);
        var session = await Client.BeginAsync(file.Name, file.Size);
        await Client.SendMissingAsync(session, file);

        var answer = await Client.GetAsync($"uploads/{session.Id}/blocks?first=1&count=1");

        Assert.That(answer["first"].GetInt32(), Is.EqualTo(1));
        Assert.That(answer["digests"][0].GetString(), Is.EqualTo(file.Blocks[1]));
        Assert.That(answer["digests"].GetArrayLength(), Is.EqualTo(1));
        Assert.That(await BlocksAsync(session.Id, "?first=3"), Is.Empty);
        Assert.That(await BlocksAsync(session.Id, "?first=2147483647&count=2147483647"), Is.Empty);
        Assert.That(await BlocksAsync(session.Id, "?first=2&count=2147483647"), Is.EqualTo([file.Blocks[2]]));
    }

    [TestCase("first=-1")]
    [TestCase("count=-1")]
    [TestCase("first=two")]
    [TestCase("count=99999999999")]
    public async Task Blocks_that_cannot_be_are_refused(string query)
    {
        var session = await Client.BeginAsync("blocks.bin", 10);

        Assert.That(
            await Client.GetAsync($"uploads/{session.Id}/blocks?{query}"), Refused.With(400, "invalid-request"));
    }

    Task<ApiAnswer> GetChunkAsync(string id, int index) => Client.GetAsync($"uploads/{id}/chunks/{index}");

    async Task<string?[]> BlocksAsync(string id, string query = "") =>
        [
            .. (await Client.GetAsync($"uploads/{id}/blocks{query}"))["digests"]
                .EnumerateArray()
                .Select(d => d.GetString()),
        ];
}
