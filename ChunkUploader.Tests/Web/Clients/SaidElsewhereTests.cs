using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Clients;

/// <summary>What clients say in JSON within a field, or in headers.</summary>
[TestFixture]
public sealed class SaidElsewhereTests : DialectTests
{
    static IEnumerable<string> UniqueClients => ["DevExtreme", "Kendo", "Syncfusion", "huge-uploader"];

    /// <summary>Each of these sends an identifier that only one of the two has.</summary>
    [Test]
    public async Task Files_of_one_name_and_size_are_told_apart_by_their_identifier(
        [ValueSource(nameof(UniqueClients))] string client)
    {
        var (one, two) = (TestFile.Random(25_000), TestFile.Random(25_000));
        foreach (var index in new[] { 0, 1, 2 })
        {
            foreach (var file in new[] { one, two })
            {
                var fields = DialectClients.All[client].Fields(new FormChunk(file, index, ChunkSize, false))
                    .Select(field => (
                        field.Item1, (object?)$"{field.Item2}".Replace($"\"{file.Name}\"", "\"film.bin\"")));
                var answer = await Client.PostAsync("upload", [.. fields], file.Chunk(index, ChunkSize));
                Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
                await (index == 2 ? IsStoredAsync(answer, file) : Task.CompletedTask);
            }
        }
    }

    [Test]
    public async Task The_name_and_type_come_out_of_JSON()
    {
        var file = TestFile.Random(25_000, "Ünï 文件.mp4");
        var stored = (await SendAsync("Kendo", file, [0, 1, 2]))["file"];
        Assert.That(stored.GetProperty("name").GetString(), Is.EqualTo(file.Name));
        Assert.That(stored.GetProperty("contentType").GetString(), Is.EqualTo("video/mp4"));
    }

    [Test]
    public async Task The_name_comes_out_of_the_address_where_headers_say_the_rest()
    {
        var file = TestFile.Random(5000, "Ünï 文件.bin");
        var fields = DialectClients.All["huge-uploader"].Fields(new FormChunk(file, 0, ChunkSize, false));
        var answer = await Client.PostAsync($"upload?fileName={Uri.EscapeDataString(file.Name)}", fields, file.Bytes);
        Assert.That(answer["file"].GetProperty("name").GetString(), Is.EqualTo(file.Name));
    }

    [TestCase("""{"Index":0,"TotalCount":6,"FileSize":"a lot","FileGuid":"a"}""", "invalid-request")]
    [TestCase("""{"Index":6,"TotalCount":6,"FileGuid":"a"}""", "chunk-out-of-range")]
    [TestCase("""{"Index":-1,"TotalCount":6,"FileGuid":"a"}""", "invalid-request")]
    [TestCase("""{"Index":0.5,"TotalCount":6,"FileGuid":"a"}""", "invalid-request")]
    [TestCase("""{"Index":0,"TotalCount":""", "unknown-chunk-fields")]
    [TestCase("""[{"Index":0,"TotalCount":6}]""", "unknown-chunk-fields")]
    [TestCase("", "unknown-chunk-fields")]
    public async Task Refuses_JSON_that_makes_no_sense(string json, string code)
    {
        var answer = await Client.PostAsync("upload", [("chunkMetadata", json)], new byte[5]);
        Assert.That(answer, Refused.With(400, code));
    }
}
