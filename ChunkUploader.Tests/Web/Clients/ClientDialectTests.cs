using ChunkUploader.Tests.Support;
using ChunkUploader.Web.Clients;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Clients;

/// <summary>Every form client uploads, whatever it calls things and however it cuts.</summary>
[TestFixture]
public sealed class ClientDialectTests : DialectTests
{
    static IEnumerable<string> TellingClients => Clients.Except(DialectClients.ByName);

    static readonly int[] Sizes =
    [
        0, 1, ChunkSize - 1, ChunkSize, ChunkSize + 1, (2 * ChunkSize) - 1, 2 * ChunkSize, (2 * ChunkSize) + 1,
        (5 * ChunkSize) + 5000,
    ];

    [Test]
    public async Task Uploads_files_of_every_size_around_the_edges(
        [ValueSource(nameof(Clients))] string client, [ValueSource(nameof(Sizes))] int size)
    {
        var file = TestFile.Random(size);
        var last = await SendAsync(client, file, Enumerable.Range(0, CountOf(client, file)));
        await IsStoredAsync(last, file);
    }

    [Test]
    public async Task Takes_the_chunks_in_any_order_and_at_once([ValueSource(nameof(TellingClients))] string client)
    {
        var shuffled = TestFile.Random(95_000);
        var order = Enumerable.Range(0, CountOf(client, shuffled)).Reverse().ToArray();
        (order[0], order[4]) = (order[4], order[0]);
        await IsStoredAsync(await SendAsync(client, shuffled, order), shuffled);

        var parallel = TestFile.Random(95_000);
        var answers = await Task.WhenAll(Enumerable.Range(0, CountOf(client, parallel))
            .Select(index => SendAsync(client, parallel, [index])));
        await IsStoredAsync(answers.First(answer => answer["file"].ValueKind != default
            && answer["file"].ValueKind != System.Text.Json.JsonValueKind.Null), parallel);
    }

    [Test]
    public async Task Takes_the_chunks_of_who_tells_nothing_but_a_name_in_order_only(
        [ValueSource(typeof(DialectClients), nameof(DialectClients.ByName))] string client)
    {
        var (file, fields) = (TestFile.Random(35_000), DialectClients.All[client].Fields);
        foreach (var index in new[] { 0, 2 })
        {
            var early = new FormChunk(file, index + 1, ChunkSize, false);
            var refused = await Client.PostAsync("upload", fields(early), early.Bytes);
            Assert.That(refused, Refused.With(409, "chunk-out-of-order"));
            Assert.That(refused.Headers.RetryAfter, Is.Not.Null);
            await SendAsync(client, file, [index, .. index == 0 ? new[] { 1 } : []]);
        }

        await IsStoredAsync(await SendAsync(client, file, [3]), file);
    }

    [Test]
    public async Task Answers_any_chunk_that_comes_again_with_the_file_that_it_is_of(
        [ValueSource(nameof(Clients))] string client)
    {
        var file = TestFile.Random(35_000);
        var all = Enumerable.Range(0, CountOf(client, file)).ToArray();
        var first = await SendAsync(client, file, all);
        var (id, parts) = (first["file"].GetProperty("id").GetString(), App.Data.Parts);
        foreach (var index in all.Reverse())
        {
            var again = await SendAsync(client, file, [index]);
            Assert.That(again["file"].GetProperty("id").GetString(), Is.EqualTo(id));
            Assert.That(again["index"].GetInt32(), Is.EqualTo(index));
        }

        Assert.That(App.Data.Parts, Is.EquivalentTo(parts));
    }

    [Test]
    public async Task Takes_what_the_first_byte_range_says()
    {
        var file = TestFile.Random(25_000, "Ünï 文件.bin");
        ApiAnswer? answer = null;
        for (var offset = 0; offset < file.Size; offset += ChunkSize)
        {
            var end = Math.Min(file.Size, offset + ChunkSize);
            answer = await SendRangeAsync(file, offset, end);
            Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        }

        await IsStoredAsync(answer!, file);
        Assert.That(await SendRangeAsync(TestFile.Random(25_000), 20_000, 25_000), Refused.With(409, "chunk-out-of-order"));
    }

    [Test]
    public async Task Answers_when_a_client_says_that_it_has_sent_everything()
    {
        var file = TestFile.Random(25_000);
        await SendAsync("Fine Uploader", file, [0, 1]);
        Assert.That(await SayDoneAsync(file), Refused.With(409, "chunks-missing"));
        await SendAsync("Fine Uploader", file, [2]);
        var done = await SayDoneAsync(file);
        Assert.That(done["success"].GetBoolean(), Is.True);
        await IsStoredAsync(done, file);
    }

    [Test]
    public void Each_dialect_has_a_signature_of_its_own()
    {
        Assert.That(ClientDialects.All.Select(dialect => dialect.Client), Is.Unique);
        Assert.That(ClientDialects.All.Select(dialect => string.Join(',', dialect.Signature)), Is.Unique);
    }

    Task<ApiAnswer> SendRangeAsync(TestFile file, int offset, int end)
    {
        var form = new MultipartFormDataContent
        {
            { new ReadOnlyMemoryContent(file.Bytes.AsMemory(offset..end)), "files[]", file.Name },
        };
        form.Headers.ContentRange = new(offset, end - 1, file.Size);
        return PostAsync(form);
    }

    Task<ApiAnswer> SayDoneAsync(TestFile file) => Client.PostUrlEncodedAsync(
        "upload",
        ("qquuid", $"uuid of {file.Name}"), ("qqfilename", file.Name), ("qqtotalfilesize", file.Size), ("qqtotalparts", 3));
}
