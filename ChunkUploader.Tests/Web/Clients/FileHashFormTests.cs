using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Clients;

/// <summary>The fields that tutorials teach: a hash that identifies, and calls to verify and merge.</summary>
[TestFixture]
public sealed class FileHashFormTests : ServedTests
{
    const int ChunkSize = 10_000;
    const int Size = 25_000;
    const string Sampled = "d41d8cd98f00b204e9800998ecf8427e";

    [TestCase("chunked/chunk")]
    [TestCase("upload")]
    public async Task A_file_is_verified_sent_and_merged(string path)
    {
        var file = TestFile.Random(Size, "film.mp4");
        var hash = $"{Guid.NewGuid():n}";
        var known = await VerifyAsync(hash, file);
        Assert.That((known["exists"].GetBoolean(), known["shouldUpload"].GetBoolean()), Is.EqualTo((false, true)));
        Assert.That(known["uploadedList"].ToString(), Is.EqualTo("[]"));

        await SendAsync(path, file, 1, ("fileHash", hash), ("fileName", file.Name));
        await SendAsync(path, file, 0, ("fileHash", hash), ("fileName", file.Name));
        known = await VerifyAsync(hash, file);
        Assert.That(known["uploadedList"].ToString(), Is.EqualTo("[0,1]"));
        Assert.That(known["next"].GetInt32(), Is.EqualTo(2));
        Assert.That(await MergeAsync(hash, file), Refused.With(409, "chunks-missing"));

        await SendAsync(path, file, 2, ("fileHash", hash), ("fileName", file.Name));
        await IsStoredAsync(await MergeAsync(hash, file), file);
        await IsStoredAsync(await MergeAsync(hash, file), file);
    }

    [TestCase("chunked/chunk")]
    [TestCase("upload")]
    public async Task The_name_may_come_with_the_merge_only_and_the_parts_may_have_names_of_their_own(string path)
    {
        var file = TestFile.Random(Size, "late.mp4");
        var hash = $"{Guid.NewGuid():n}";
        for (var index = 0; index < 3; index++)
        {
            var form = new MultipartFormDataContent
            {
                { new StringContent(hash), "fileMd5" },
                { new StringContent($"{index}"), "index" },
                { new StringContent("3"), "total" },
                { new ReadOnlyMemoryContent(file.Chunk(index, ChunkSize)), "file", $"{hash}-{index}" },
            };
            var answer = await Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = form });
            Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        }

        var merged = await Client.PostAsync("chunked/merge", [("fileMd5", hash), ("fileName", file.Name)]);
        Assert.That(merged["file"].GetProperty("size").GetInt64(), Is.EqualTo(file.Size), merged.ToString());
        if (path != "upload")
        {
            await IsStoredAsync(merged, file);
        }
    }

    [TestCase("chunked/chunk", "fileHash")]
    [TestCase("upload", "fileHash")]
    [TestCase("chunked/chunk", "md5")]
    [TestCase("upload", "md5")]
    public async Task A_blank_hash_is_refused(string path, string name)
    {
        var file = TestFile.Random(Size);
        var position = name == "md5" ? ("current", "total") : ("index", "total");
        var answer = await Client.PostAsync(
            path, [(name, " "), (position.Item1, "0"), (position.Item2, "3")], file.Chunk(0, ChunkSize));
        Assert.That(answer, Refused.With(400, "invalid-request"));
    }

    [Test]
    public async Task A_chunk_of_a_client_that_never_asks_here_is_refused_here()
    {
        var file = TestFile.Random(Size, "a.bin");
        var answer = await Client.PostAsync(
            "chunked/chunk",
            [
                ("flowIdentifier", "1"),
                ("flowChunkNumber", "1"),
                ("flowChunkSize", ChunkSize),
                ("flowTotalSize", Size),
                ("flowTotalChunks", 3),
                ("flowFilename", "a.bin"),
                ("md5", file.Md5),
            ],
            file.Chunk(0, ChunkSize));
        Assert.That(answer, Refused.With(400, "invalid-request"));
        Assert.That(App.Data.Parts, Is.Empty);
    }

    [Test]
    public async Task A_hash_is_no_digest_and_finds_nothing_that_is_stored()
    {
        var (one, two) = (TestFile.Random(Size, "same.bin"), TestFile.Random(Size, "same.bin"));
        foreach (var file in new[] { one, two })
        {
            Assert.That((await VerifyAsync(Sampled, file))["exists"].GetBoolean(), Is.False);
            for (var index = 0; index < 3; index++)
            {
                await SendAsync("chunked/chunk", file, index, ("fileHash", Sampled), ("fileName", file.Name));
            }

            await IsStoredAsync(await MergeAsync(Sampled, file), file);
        }

        Assert.That((await VerifyAsync(one.Md5, one))["exists"].GetBoolean(), Is.False, "though it is its md5");
    }

    [TestCase("fileName", "other.bin")]
    [TestCase("fileSize", "30000")]
    public async Task Files_of_one_hash_are_told_apart_by_name_and_size(string field, string other)
    {
        var one = TestFile.Random(Size, "one.bin");
        var two = TestFile.Random(field == "fileSize" ? 30_000 : Size, field == "fileName" ? other : "one.bin");
        var hash = $"{Guid.NewGuid():n}";
        ApiAnswer? last = null;
        foreach (var index in new[] { 0, 1, 2 })
        {
            foreach (var file in new[] { one, two })
            {
                last = await SendAsync(
                    "upload", file, index,
                    ("fileHash", hash), ("fileName", file.Name), ("fileSize", file.Size));
                await (index == 2 ? IsStoredAsync(last, file) : Task.CompletedTask);
            }
        }
    }

    [Test]
    public async Task Verify_and_merge_take_JSON_and_verify_a_query()
    {
        var file = TestFile.Random(Size, "json.bin");
        var hash = $"{Guid.NewGuid():n}";
        await SendAsync("chunked/chunk", file, 0, ("fileHash", hash), ("fileName", file.Name));
        var asked = await Client.GetAsync($"chunked/verify?fileHash={hash}&fileName={file.Name}");
        Assert.That(asked["uploadedList"].ToString(), Is.EqualTo("[0]"), asked.ToString());

        // Many a page says its chunk size there.
        var json = $$"""{"filename":"{{file.Name}}","fileHash":"{{hash}}","size":{{ChunkSize}},"more":[{}]}""";
        Assert.That((await Client.PostJsonAsync("chunked/verify", json))["uploadedList"].ToString(), Is.EqualTo("[0]"));
        await SendAsync("chunked/chunk", file, 1, ("fileHash", hash), ("fileName", file.Name));
        await SendAsync("chunked/chunk", file, 2, ("fileHash", hash), ("fileName", file.Name));
        await IsStoredAsync(await Client.PostJsonAsync("chunked/merge", json), file);
    }

    [TestCase("""{"fileHash":""}""")]
    [TestCase("""{"fileHash":{"a":"b"}}""")]
    [TestCase("""["fileHash"]""")]
    [TestCase("""{"fileHash":"a""")]
    [TestCase("")]
    public async Task Refuses_JSON_that_says_no_hash(string json) =>
        Assert.That(await Client.PostJsonAsync("chunked/verify", json), Refused.With(400, "invalid-request"));

    async Task<ApiAnswer> SendAsync(string path, TestFile file, int index, params (string, object?)[] fields)
    {
        var size = (file.Size + 2) / 3 is var third && third > ChunkSize ? third : ChunkSize;
        var answer = await Client.PostAsync(
            path, [.. fields, ("chunkIndex", index), ("totalChunks", 3)], file.Chunk(index, size));
        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        return answer;
    }

    Task<ApiAnswer> VerifyAsync(string hash, TestFile file) =>
        Client.PostAsync("chunked/verify", [("fileHash", hash), ("fileName", file.Name)]);

    Task<ApiAnswer> MergeAsync(string hash, TestFile file) =>
        Client.PostAsync("chunked/merge", [("fileHash", hash), ("fileName", file.Name), ("total", 3)]);

    async Task IsStoredAsync(ApiAnswer answer, TestFile file)
    {
        var stored = answer["file"];
        Assert.That(stored.GetProperty("name").GetString(), Is.EqualTo(file.Name), answer.ToString());
        var bytes = await Client.GetAsync(stored.GetProperty("downloadUrl").GetString()!.TrimStart('/'));
        Assert.That(bytes.Body.AsSpan().SequenceEqual(file.Bytes), Is.True, "The stored bytes differ.");
    }
}
