using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Forms;

/// <summary>A form whose file comes before what must be known about it.</summary>
[TestFixture]
public sealed class LateFieldTests : DialectTests
{
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
        foreach (var (name, value) in FormClients.All["flow.js"].Fields(new FormPiece(file, 0, ChunkSize, true)))
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
                var piece = new FormPiece(file, index, ChunkSize, false);
                var fields = FormClients.All["flow.js"].Fields(piece);
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
