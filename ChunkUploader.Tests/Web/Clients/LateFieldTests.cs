using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Clients;

/// <summary>A form whose file comes before what must be known about it.</summary>
[TestFixture]
public sealed class LateFieldTests : DialectTests
{
    static readonly (string Name, object? Value) Another = ("uploadUid", "another one's");

    /// <summary>What some clients do not say by themselves, so that it could stand behind the file.</summary>
    static readonly Dictionary<string, (string, object?)> Untold = new()
    {
        ["ng-file-upload"] = ("fileId", "one's"),
        ["chunk and guid"] = ("name", "a.bin"),
        ["chunkNumber and fileId"] = ("identifier", "one's"),
        ["chunkNumber and filename"] = ("identifier", "one's"),
        ["the fileMd5 form"] = ("fileName", "a.bin"),
    };

    static IEnumerable<string> Untelling => Untold.Keys;

    /// <summary>All but those whose identifier is all that counts: that is a header, or a digest, which is verified.</summary>
    static IEnumerable<string> Guessable => Clients.Except(["huge-uploader", "the md5 form"]);

    [Test]
    public async Task Understands_a_form_whose_file_comes_first()
    {
        var (file, parts) = (TestFile.Random(25_000), App.Data.Parts);
        ApiAnswer? answer = null;
        foreach (var index in new[] { 1, 2, 0 })
        {
            var piece = new FormChunk(file, index, ChunkSize, false);
            var form = new MultipartFormDataContent { { new ReadOnlyMemoryContent(piece.Bytes), "file", "blob" } };
            foreach (var (name, value) in DialectClients.All["simple-uploader.js"].Fields(piece))
            {
                form.Add(new StringContent($"{value}"), name);
            }

            answer = await PostAsync(form);
            Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        }

        await IsStoredAsync(answer!, file);
        Assert.That(App.Data.Parts, Is.EquivalentTo(parts));
    }

    [TestCase("md5")]
    [TestCase("sha256")]
    public async Task Heeds_a_digest_that_stands_behind_the_file(string digest)
    {
        var (file, parts) = (TestFile.Random(5000), App.Data.Parts);
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in DialectClients.All["flow.js"].Fields(new FormChunk(file, 0, ChunkSize, true)))
        {
            form.Add(new StringContent($"{value}"), name);
        }

        form.Add(new ByteArrayContent(file.Bytes), "file", "blob");
        form.Add(new StringContent(new string('0', digest == "md5" ? 32 : 64)), digest);
        var answer = await PostAsync(form);
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
                var piece = new FormChunk(file, index, ChunkSize, false);
                var fields = DialectClients.All["flow.js"].Fields(piece);
                var form = new MultipartFormDataContent();
                void Add((string Name, object? Value) field) =>
                    form.Add(new StringContent($"{field.Value}"), field.Name);
                Array.ForEach([.. fields.Where(field => !field.Item1.EndsWith("name", StringComparison.Ordinal))], Add);
                form.Add(new ReadOnlyMemoryContent(piece.Bytes), "file", "blob");
                Array.ForEach([.. fields.Where(field => field.Item1.EndsWith("name", StringComparison.Ordinal))], Add);
                var answer = await PostAsync(form);
                Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
                await (index == 2 ? IsStoredAsync(answer, file) : Task.CompletedTask);
            }
        }
    }

    [Test]
    public async Task Refuses_a_chunk_whose_late_identifier_tells_another_file([ValueSource(nameof(Guessable))] string client)
    {
        var (file, (joinsTail, fieldsOf)) = (TestFile.Random(35_000), DialectClients.All[client]);
        Assert.That((await PostAsync(0)).Status, Is.EqualTo(200));
        Assert.That(await PostAsync(1, Another), Refused.With(409, "session-conflict"));
        Assert.That(await PostAsync(2), Refused.With(409, "session-conflict"), "it may be a chunk of either");

        Task<ApiAnswer> PostAsync(int index, params (string, object?)[] late)
        {
            // All that the files of a dialect are told apart by stands in front, so that the chunk is written as it comes.
            var piece = new FormChunk(file, index, ChunkSize, joinsTail);
            var fields = Untold.TryGetValue(client, out var more) ? fieldsOf(piece).Append(more) : fieldsOf(piece);
            return Client.PostAsync("upload", [.. fields], piece.Bytes, late);
        }
    }

    [Test]
    public async Task Refuses_a_chunk_whose_late_md5_is_another_one()
    {
        var file = TestFile.Random(25_000);
        await SendAsync("the md5 form", file, [0]);
        (string, object?)[] fields = [("md5", file.Md5), ("total", 3), ("current", 1)];
        var refused = await Client.PostAsync(
            "upload", fields, file.Chunk(1, ChunkSize), ("md5", $"{Guid.NewGuid():n}"));
        Assert.That(refused, Refused.With(409, "session-conflict"));
    }

    [Test]
    public async Task Refuses_a_range_whose_late_identifier_tells_another_file()
    {
        var file = TestFile.Random(25_000);
        Assert.That((await PostAsync(0)).Status, Is.EqualTo(200));
        Assert.That(await PostAsync(1, isLate: true), Refused.With(409, "session-conflict"));
        Assert.That(await PostAsync(2), Refused.With(409, "session-conflict"));

        Task<ApiAnswer> PostAsync(int index, bool isLate = false)
        {
            var piece = new FormChunk(file, index, ChunkSize, false);
            var form = new MultipartFormDataContent { { new ReadOnlyMemoryContent(piece.Bytes), "files[]", file.Name } };
            form.Headers.ContentRange = new(piece.Offset, piece.Offset + piece.Bytes.Length - 1, file.Size);
            if (isLate)
            {
                form.Add(new StringContent($"{Another.Value}"), Another.Name);
            }

            return base.PostAsync(form);
        }
    }

    [Test]
    public async Task Gives_a_chunk_with_a_late_identifier_to_another_file_where_the_fields_in_front_leave_it_open(
        [ValueSource(nameof(Untelling))] string client)
    {
        var (file, (joinsTail, fieldsOf)) = (TestFile.Random(35_000), DialectClients.All[client]);
        await SendAsync(client, file, [0]);
        var piece = new FormChunk(file, 1, ChunkSize, joinsTail);
        var other = await Client.PostAsync("upload", fieldsOf(piece), piece.Bytes, Another);
        Assert.That(other["receivedCount"].GetInt32(), Is.EqualTo(1), other.ToString());
        await IsStoredAsync(await SendAsync(client, file, [1, 2, 3]), file);
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
            var answer = await PostAsync(form);
            Assert.That(answer, Refused.With(400, "invalid-request"));
        }

        Assert.That(App.Data.Parts, Is.EquivalentTo(parts));
    }
}
