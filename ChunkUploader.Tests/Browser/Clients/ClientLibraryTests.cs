using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Browser.Clients;

[TestFixture]
public sealed class ClientLibraryTests : ClientPageTests
{
    const int Size = 25 * ClientChunk;
    const int ChunkCount = 25;

    static IEnumerable<ClientLibrary> Clients => ClientLibrary.All;

    [TestCaseSource(nameof(Clients))]
    public async Task Uploads_as_documented(object client)
    {
        var file = MakeFile("film.bin", Size);
        var posts = await WatchAsync();
        var page = await OpenAsync((ClientLibrary)client);
        await page.PickAsync(file);

        await IsStoredAsync((await page.EndAsync())[0], file);
        Assert.That(
            posts.Accepted,
            Is.InRange(ChunkCount, ChunkCount + 1),
            "Fine Uploader says when all are sent, bootstrap-fileinput asks.");
    }

    [Test]
    public async Task A_page_that_knows_the_md5_asks_sends_and_completes()
    {
        var file = MakeFile("film.bin", Size);
        var page = await OpenAsync(ClientLibrary.Md5);
        await page.PickAsync(file);
        await Page.EvaluateAsync($"upload(document.querySelector('#files').files[0], '{Md5Of(file)}')");

        await IsStoredAsync((await page.EndAsync())[0], file);
    }

    [Test]
    public async Task A_page_with_the_fields_of_tutorials_verifies_sends_and_merges()
    {
        var file = MakeFile("film.bin", Size);
        var page = await OpenAsync(ClientLibrary.FileHash);
        await page.PickAsync(file);
        await Page.EvaluateAsync("upload(document.querySelector('#files').files[0], 'hash of samples')");

        await IsStoredAsync((await page.EndAsync())[0], file);
    }

    [Test]
    public async Task A_form_with_md5_total_current_and_file_may_come_for_all_chunks_at_once()
    {
        const string Script = """
            md5 => {
              const file = document.querySelector('#files').files[0], size = 256 * 1024;
              const total = Math.ceil(file.size / size);
              for (let current = total - 1; current >= 0; current--) {
                const form = new FormData();
                Object.entries({ md5, total, current, name: file.name }).forEach(field => form.append(...field));
                form.append('file', file.slice(current * size, (current + 1) * size));
                fetch('/upload', { method: 'POST', body: form }).then(async answer => {
                  const { file } = await answer.json();
                  if (file || !answer.ok) show(file);
                });
              }
            }
            """;
        var file = MakeFile("film.bin", Size);
        var page = await OpenAsync(ClientLibrary.Md5);
        await page.PickAsync(file);
        await Page.EvaluateAsync(Script, Md5Of(file));

        await IsStoredAsync((await page.EndAsync())[0], file);
    }

    static string Md5Of(string path) => $"{Sample.Md5Of(File.ReadAllBytes(path))}";
}
