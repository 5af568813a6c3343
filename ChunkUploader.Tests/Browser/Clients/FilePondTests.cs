using NUnit.Framework;

namespace ChunkUploader.Tests.Browser.Clients;

/// <summary>It wants a short text for a file, and sends it back to take the file back.</summary>
[TestFixture]
public sealed class FilePondTests : ClientPageTests
{
    [Test]
    public async Task Uploads_as_documented_and_takes_it_back()
    {
        var (kept, reverted) = (MakeFile("kept.bin", ClientChunk), MakeFile("reverted.bin", ClientChunk));
        var page = await OpenAsync(ClientLibrary.FilePond);
        await page.PickAsync(kept);
        await IsStoredAsync((await page.EndAsync())[0], kept);
        await page.PickAsync(reverted);
        var outcome = (await page.EndAsync(2))[1];
        await IsStoredAsync(outcome, reverted);

        const string Script = """
            name => void pond.removeFile(pond.getFiles().find(file => file.filename === name), { revert: true })
            """;
        var answer = await Page.RunAndWaitForResponseAsync(
            () => Page.EvaluateAsync(Script, "reverted.bin"), response => response.Request.Method == "DELETE");
        Assert.That(answer.Status, Is.EqualTo(204));
        await Page.WaitForFunctionAsync("pond.getFiles().length === 1");
        var shown = await Page.APIRequest.GetAsync($"{Server.BaseAddress}files/{outcome.GetProperty("id")}");
        Assert.That(shown.Status, Is.EqualTo(404));
        await IsStoredAsync((await page.EndAsync())[0], kept);
    }
}
