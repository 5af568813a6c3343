using ChunkUploader.Tests.Support;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ChunkUploader.Tests.Browser;

[TestFixture]
public sealed class EmbedPageTests : BrowserTests
{
    readonly Uri _other = new($"http://{Chromium.PlainHost}:{Ports.Next()}/");

    protected override (string, string)[] Settings => [("Cors:Origins", _other.GetLeftPart(UriPartial.Authority))];

    [Test]
    public async Task Uploads_from_a_page_that_knows_only_the_module()
    {
        await Page.GotoAsync($"{Server.BaseAddress}examples/embed");
        await UploadAsync();
    }

    /// <summary>The module, its worker and its texts all come from here, and the links lead here.</summary>
    [Test]
    public async Task Uploads_from_a_page_of_another_site_that_has_nothing_of_its_own()
    {
        var html =
            $"""
            <!doctype html>
            <input id="files" type="file" multiple>
            <p id="overall"></p>
            <ul id="uploads"></ul>
            <script type="module" src="{Server.BaseAddress}examples/embed.js"></script>
            """;
        await Page.RouteAsync(
            $"{_other}**", route => route.FulfillAsync(new() { ContentType = "text/html", Body = html }));
        await Page.GotoAsync($"{_other}");
        await UploadAsync();
    }

    async Task UploadAsync()
    {
        await Page.Locator("#files").SetInputFilesAsync(
            [MakeFile("note.txt", "Hello"u8.ToArray()), MakeFile("film.bin", FilmSize)]);
        await Expect(Page.Locator("#overall")).ToHaveTextAsync("2 of 2 files are stored.");
        await Page.GetByText("film.bin").ClickAsync();
        await Expect(Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex($"^{Server.BaseAddress}files/"));
        await Expect(StoredFile.Download).ToBeVisibleAsync();
    }
}
