using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Clients;

/// <summary>What a form says of its chunk must make sense.</summary>
[TestFixture]
public sealed class SenselessFieldTests : DialectTests
{
    [TestCase("bytes 0-4/*")]
    [TestCase("bytes 5-2/10")]
    [TestCase("items 0-4/10")]
    public async Task A_part_of_a_file_is_never_taken_for_all_of_it(string range)
    {
        var form = new MultipartFormDataContent { { new ByteArrayContent(new byte[5]), "file", "a.bin" } };
        form.Headers.TryAddWithoutValidation("Content-Range", range);
        var answer = await PostAsync(form);
        Assert.That(answer, Refused.With(400, "invalid-request"));
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
        var piece = new FormChunk(file, 0, ChunkSize, false);
        (string, object?)[] fields =
        [
            .. DialectClients.All["flow.js with forceChunkSize"].Fields(piece).Where(one => one.Item1 != field),
            (field, value),
        ];
        var answer = await Client.PostAsync("upload", fields, piece.Bytes);
        Assert.That(answer.Status, Is.EqualTo(400), answer.ToString());
        Assert.That(answer.Code, Is.AnyOf("invalid-request", "chunk-out-of-range", "chunk-length-mismatch"));
    }
}
