using System.Text;
using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

/// <summary>Bodies that end too early or too late, and bodies that are not even asked for.</summary>
[TestFixture]
public class ChunkLengthTests : ServedTests
{
    const int ChunkSize = 256 * 1024;
    const string Boundary = "b0undary";

    [Test]
    public async Task A_chunk_whose_connection_breaks_is_not_received_and_the_upload_goes_on([Values] bool isForm)
    {
        var file = TestFile.Random(2 * ChunkSize);
        var session = await Client.BeginAsync(file.Name, file.Size, ("chunkSize", ChunkSize));
        await Client.PutChunkAsync(session.Id, 1, file.Chunk(1, ChunkSize));
        using (var connection = new RawConnection(App.Address, Client.Owner!))
        {
            var start = isForm ? FormUpToFile("0") : [];
            await SendHeadAsync(connection, session.Id, isForm, start.Length + ChunkSize);
            await connection.SendAsync(start);
            await connection.SendAsync(file.Chunk(0, ChunkSize / 2));
            connection.Break();
        }

        Assert.That((await Client.GetSessionAsync(session.Id))["received"].GetRawText(), Is.EqualTo("[[1,1]]"));
        var again = await Client.PutChunkAsync(session.Id, 0, file.Chunk(0, ChunkSize));
        Assert.That(again.Status, Is.EqualTo(200), again.ToString());
        Assert.That((await Client.CompleteAsync(session.Id, file.Md5)).Status, Is.EqualTo(200));
        Assert.That(App.Data.Staged, Is.Empty);
    }

    [Test]
    public async Task A_form_that_ends_before_its_delimiter_is_not_received([Values] bool isStaged)
    {
        var file = TestFile.Random(1000);
        var session = await Client.BeginAsync(file.Name, file.Size);
        byte[] body = [.. FormUpToFile(isStaged ? null : "0"), .. file.Bytes];
        using var connection = new RawConnection(App.Address, Client.Owner!);
        await SendHeadAsync(connection, session.Id, isForm: true, body.Length);
        await connection.SendAsync(body);

        var (status, _, text) = await connection.ReadAnswerAsync();

        Assert.That(status, Is.EqualTo(400), text);
        Assert.That(text, Does.Contain("invalid-request"));
        Assert.That((await Client.GetSessionAsync(session.Id))["receivedCount"].GetInt32(), Is.Zero);
        Assert.That(App.Data.Staged, Is.Empty);
    }

    [Test]
    public async Task A_body_of_the_wrong_length_is_not_received_and_never_touches_its_neighbours(
        [Values(-ChunkSize, -1, 1, ChunkSize, 5 * ChunkSize)] int surplus, [Values] bool isForm)
    {
        var file = TestFile.Random((2 * ChunkSize) + 100);
        var session = await Client.BeginAsync(file.Name, file.Size, ("chunkSize", ChunkSize));
        await Client.PutChunkAsync(session.Id, 0, file.Chunk(0, ChunkSize));
        await Client.PutChunkAsync(session.Id, 2, file.Chunk(2, ChunkSize));
        var body = new byte[ChunkSize + surplus];

        var answer = isForm
            ? await Client.PostChunkAsync(session.Id, 1, body)
            : await Client.PutChunkAsync(session.Id, 1, body);

        Assert.That(answer, Refused.With(400, "chunk-length-mismatch"));
        Assert.That((await Client.GetSessionAsync(session.Id))["received"].GetRawText(), Is.EqualTo("[[0,0],[2,2]]"));
        await Client.PutChunkAsync(session.Id, 1, file.Chunk(1, ChunkSize));
        var completed = await Client.CompleteAsync(session.Id, file.Md5, file.ContentHash);
        Assert.That(completed.Status, Is.EqualTo(200), completed.ToString());
    }

    [TestCase(99)]
    [TestCase(101)]
    [TestCase(ChunkSize)]
    public async Task The_last_chunk_has_its_own_length(int length)
    {
        var file = TestFile.Random(ChunkSize + 100);
        var session = await Client.BeginAsync(file.Name, file.Size, ("chunkSize", ChunkSize));

        Assert.That(
            await Client.PutChunkAsync(session.Id, 1, new byte[length]), Refused.With(400, "chunk-length-mismatch"));
        Assert.That((await Client.FinishAsync(session, file)).State, Is.EqualTo("completed"));
    }

    [TestCase("3")]
    [TestCase("1000000")]
    [TestCase("2147483648")]
    [TestCase("99999999999999999999")]
    [TestCase("-1")]
    public async Task An_index_beyond_the_plan_is_out_of_range(string index)
    {
        var file = TestFile.Random((2 * ChunkSize) + 1);
        var session = await Client.BeginAsync(file.Name, file.Size, ("chunkSize", ChunkSize));

        var put = await Client.PutChunkAsync(session.Id, index, new byte[1]);
        var post = await Client.PostChunkAsync(session.Id, index, new byte[1]);
        var get = await Client.GetAsync($"uploads/{session.Id}/chunks/{index}");

        Assert.That(put, Refused.With(400, "chunk-out-of-range"));
        Assert.That(post, Refused.With(400, "chunk-out-of-range"));
        Assert.That(get, Refused.With(400, "chunk-out-of-range"));
        Assert.That((await Client.FinishAsync(session, file)).State, Is.EqualTo("completed"));
    }

    [TestCase("00000000000000000000000000000000/chunks/0", 404)]
    [TestCase("none/chunks/0", 404)]
    [TestCase("{id}/chunks/1", 400)]
    public async Task A_body_that_would_be_refused_is_not_asked_for(string path, int expected)
    {
        var session = await Client.BeginAsync($"{expected}.bin", 1000);
        using var connection = new RawConnection(App.Address, Client.Owner!);
        await connection.SendHeadAsync(
            "PUT",
            $"uploads/{path.Replace("{id}", session.Id, StringComparison.Ordinal)}",
            1000,
            "Expect: 100-continue");

        Assert.That((await connection.ReadAnswerAsync()).Status, Is.EqualTo(expected), "rather than 100");
    }

    [Test]
    public async Task A_length_that_cannot_be_right_is_refused_before_the_body_is_read([Values] bool isForm)
    {
        var session = await Client.BeginAsync($"announced {isForm}.bin", 64 * 1024 * 1024, ("chunkSize", 64 * 1024 * 1024));
        var before = App.Data.Parts;
        using var connection = new RawConnection(App.Address, Client.Owner!);
        var head = FormUpToFile("0");
        await SendHeadAsync(connection, session.Id, isForm, head.Length + 100_000);
        await connection.SendAsync(isForm ? head : new byte[1]);

        var (status, _, text) = await connection.ReadAnswerAsync();

        Assert.That(status, Is.EqualTo(400), text);
        Assert.That(text, Does.Contain("chunk-length-mismatch"));
        Assert.That(App.Data.Parts, Is.SubsetOf(before), "nothing was made for it");
    }

    static byte[] FormUpToFile(string? index) =>
        Encoding.ASCII.GetBytes(
            (index is null ? "" : $"--{Boundary}\r\nContent-Disposition: form-data; name=\"index\"\r\n\r\n{index}\r\n")
            + $"--{Boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"blob\"\r\n\r\n");

    static Task SendHeadAsync(RawConnection connection, string id, bool isForm, int length) =>
        isForm
            ? connection.SendHeadAsync(
                "POST", $"uploads/{id}/chunks", length, $"Content-Type: multipart/form-data; boundary={Boundary}")
            : connection.SendHeadAsync("PUT", $"uploads/{id}/chunks/0", length);
}
