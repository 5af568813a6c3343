using ChunkUploader.Tests.Support;
using ChunkUploader.Web.Forms.Dialects;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Forms;

/// <summary>Every form client uploads, whatever it calls things and however it cuts.</summary>
[TestFixture]
public sealed class FormDialectTests : ServedTests
{
    const int ChunkSize = 10_000;

    static readonly int[] Sizes =
    [
        0, 1, ChunkSize - 1, ChunkSize, ChunkSize + 1, (2 * ChunkSize) - 1, 2 * ChunkSize, (2 * ChunkSize) + 1,
        (5 * ChunkSize) + 5000,
    ];

    static IEnumerable<string> Clients => FormClients.All.Keys;

    static IEnumerable<string> AskingClients => Clients.Except(["Dropzone", "Fine Uploader"]);

    [Test]
    public async Task Uploads_files_of_every_size_around_the_edges(
        [ValueSource(nameof(Clients))] string client, [ValueSource(nameof(Sizes))] int size)
    {
        var file = TestFile.Random(size);
        var last = await SendAsync(client, file, Enumerable.Range(0, CountOf(client, file)));
        await IsStoredAsync(last, file);
    }

    [Test]
    public async Task Takes_the_chunks_in_any_order_and_at_once([ValueSource(nameof(Clients))] string client)
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
    public async Task Tells_which_chunks_are_in([ValueSource(nameof(AskingClients))] string client)
    {
        var file = TestFile.Random(35_000);
        Assert.That((await AskAsync(client, file, 0)).Status, Is.EqualTo(204));
        await SendAsync(client, file, [1, 0]);
        Assert.That((await AskAsync(client, file, 0)).Status, Is.EqualTo(200));
        Assert.That((await AskAsync(client, file, 1)).Status, Is.EqualTo(200));
        Assert.That((await AskAsync(client, file, 2)).Status, Is.EqualTo(204));
    }

    [Test]
    public async Task Lists_what_is_in_as_the_client_counts()
    {
        var file = TestFile.Random(35_000);
        var first = await SendAsync("simple-uploader.js", file, [2, 0]);
        Assert.That(first["received"].ToString(), Is.EqualTo("[1,3]"));
        Assert.That(
            (await AskAsync("simple-uploader.js", file, 0))["received"].ToString(), Is.EqualTo("[1,3]"));
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
        Assert.That(await SendRangeAsync(TestFile.Random(25_000), 20_000, 25_000), Refused.With(400, "chunk-out-of-range"));
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
    public async Task Understands_a_form_whose_file_comes_first()
    {
        var (file, parts) = (TestFile.Random(25_000), App.Data.Parts);
        ApiAnswer? answer = null;
        foreach (var index in new[] { 1, 2, 0 })
        {
            var piece = new FormPiece(file, index, ChunkSize, false);
            var form = new MultipartFormDataContent { { new ReadOnlyMemoryContent(piece.Bytes), "file", "blob" } };
            foreach (var (name, value) in FormClients.All["simple-uploader.js"].Fields(piece))
            {
                form.Add(new StringContent($"{value}"), name);
            }

            answer = await Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "upload") { Content = form });
            Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        }

        await IsStoredAsync(answer!, file);
        Assert.That(App.Data.Parts, Is.EquivalentTo(parts));
    }

    [TestCase("bytes 0-4/*")]
    [TestCase("bytes 5-2/10")]
    [TestCase("items 0-4/10")]
    public async Task A_part_of_a_file_is_never_taken_for_all_of_it(string range)
    {
        var form = new MultipartFormDataContent { { new ByteArrayContent(new byte[5]), "file", "a.bin" } };
        form.Headers.TryAddWithoutValidation("Content-Range", range);
        var answer = await Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "upload") { Content = form });
        Assert.That(answer, Refused.With(400, "invalid-request"));
    }

    [TestCase("md5")]
    [TestCase("sha256")]
    public async Task Heeds_a_digest_that_stands_behind_the_file(string digest)
    {
        var (file, parts) = (TestFile.Random(5000), App.Data.Parts);
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in FormClients.All["flow.js"].Fields(new FormPiece(file, 0, ChunkSize, true)))
        {
            form.Add(new StringContent($"{value}"), name);
        }

        form.Add(new ByteArrayContent(file.Bytes), "file", "blob");
        form.Add(new StringContent(new string('0', digest == "md5" ? 32 : 64)), digest);
        var answer = await Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "upload") { Content = form });
        Assert.That(answer, Refused.With(422, digest == "md5" ? "digest-mismatch" : "chunk-digest-mismatch"));
    }

    [Test]
    public async Task Tells_files_apart_by_fields_that_stand_behind_them()
    {
        var files = new[] { TestFile.Random(25_000), TestFile.Random(25_000) };
        foreach (var index in new[] { 0, 1, 2 })
        {
            foreach (var file in files)
            {
                var piece = new FormPiece(file, index, ChunkSize, false);
                var fields = FormClients.All["flow.js"].Fields(piece);
                var form = new MultipartFormDataContent();
                void Add((string Name, object? Value) field) => form.Add(new StringContent($"{field.Value}"), field.Name);
                Array.ForEach([.. fields.Where(field => !field.Item1.EndsWith("name", StringComparison.Ordinal))], Add);
                form.Add(new ReadOnlyMemoryContent(piece.Bytes), "file", "blob");
                Array.ForEach([.. fields.Where(field => field.Item1.EndsWith("name", StringComparison.Ordinal))], Add);
                var answer = await Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "upload") { Content = form });
                Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
                await (index == 2 ? IsStoredAsync(answer, file) : Task.CompletedTask);
            }
        }
    }

    [Test]
    public async Task Refuses_late_fields_that_make_no_sense_and_keeps_nothing()
    {
        var parts = App.Data.Parts;
        foreach (var (name, value) in new[] { ("flowChunkNumber", "abc"), ("sha256", "x"), ("md5", "x") })
        {
            var form = new MultipartFormDataContent
            {
                { new ByteArrayContent(new byte[5]), "file", "a.bin" }, { new StringContent(value), name },
            };
            var answer = await Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "upload") { Content = form });
            Assert.That(answer, Refused.With(400, "invalid-request"));
        }

        Assert.That(App.Data.Parts, Is.EquivalentTo(parts));
    }

    [Test]
    public async Task Refuses_an_index_without_a_number_of_chunks()
    {
        var answer = await Client.PostAsync(
            "upload", [("flowChunkNumber", 1), ("flowIdentifier", "x"), ("flowFilename", "x")], new byte[5]);
        Assert.That(answer, Refused.With(400, "invalid-request"));
    }

    [TestCase("flowChunkNumber", "x")]
    [TestCase("flowChunkNumber", "-1")]
    [TestCase("flowChunkNumber", "0")]
    [TestCase("flowChunkNumber", "4")]
    [TestCase("flowChunkNumber", "99999999999999999999")]
    [TestCase("flowTotalChunks", "4000000")]
    [TestCase("flowTotalChunks", "7")]
    [TestCase("flowTotalSize", "-5")]
    [TestCase("flowChunkSize", "0")]
    [TestCase("md5", "nonsense")]
    [TestCase("contentHash", "nonsense")]
    public async Task Refuses_what_makes_no_sense(string field, string value)
    {
        var file = TestFile.Random(25_000);
        var piece = new FormPiece(file, 0, ChunkSize, false);
        (string, object?)[] fields =
        [
            .. FormClients.All["flow.js with forceChunkSize"].Fields(piece).Where(one => one.Item1 != field),
            (field, value),
        ];
        var answer = await Client.PostAsync("upload", fields, piece.Bytes);
        Assert.That(answer.Status, Is.EqualTo(400), answer.ToString());
        Assert.That(answer.Code, Is.AnyOf("invalid-request", "chunk-out-of-range", "chunk-length-mismatch"));
    }

    [Test]
    public void Each_dialect_has_a_signature_of_its_own()
    {
        Assert.That(FormDialects.All.Select(dialect => dialect.Client), Is.Unique);
        Assert.That(FormDialects.All.Select(dialect => string.Join(',', dialect.Signature)), Is.Unique);
    }

    static int CountOf(string client, TestFile file) =>
        FormPiece.CountOf(file.Size, ChunkSize, FormClients.All[client].JoinsTail);

    async Task<ApiAnswer> SendAsync(string client, TestFile file, IEnumerable<int> order)
    {
        var (joinsTail, fields) = FormClients.All[client];
        ApiAnswer? answer = null;
        foreach (var piece in order.Select(index => new FormPiece(file, index, ChunkSize, joinsTail)))
        {
            answer = await Client.PostAsync("upload", fields(piece), piece.Bytes);
            Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        }

        return answer!;
    }

    Task<ApiAnswer> AskAsync(string client, TestFile file, int index)
    {
        var (joinsTail, fields) = FormClients.All[client];
        var query = fields(new FormPiece(file, index, ChunkSize, joinsTail))
            .Select(field => $"{field.Item1}={Uri.EscapeDataString($"{field.Item2}")}");
        return Client.GetAsync($"upload?{string.Join('&', query)}");
    }

    Task<ApiAnswer> SendRangeAsync(TestFile file, int offset, int end)
    {
        var form = new MultipartFormDataContent
        {
            { new ReadOnlyMemoryContent(file.Bytes.AsMemory(offset..end)), "files[]", file.Name },
        };
        form.Headers.ContentRange = new(offset, end - 1, file.Size);
        return Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "upload") { Content = form });
    }

    Task<ApiAnswer> SayDoneAsync(TestFile file) => Client.PostUrlEncodedAsync(
        "upload",
        ("qquuid", $"uuid of {file.Name}"), ("qqfilename", file.Name), ("qqtotalfilesize", file.Size), ("qqtotalparts", 3));

    async Task IsStoredAsync(ApiAnswer answer, TestFile file)
    {
        var stored = answer["file"];
        Assert.That(stored.GetProperty("size").GetInt64(), Is.EqualTo(file.Size), answer.ToString());
        var bytes = await Client.GetAsync(stored.GetProperty("downloadUrl").GetString()!.TrimStart('/'));
        Assert.That(bytes.Body.AsSpan().SequenceEqual(file.Bytes), Is.True, "The stored bytes differ.");
    }
}
