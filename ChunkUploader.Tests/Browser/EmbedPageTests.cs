using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ChunkUploader.Tests.Browser;

[TestFixture]
public sealed class EmbedPageTests : BrowserTests
{
    [Test]
    public async Task Uploads_from_a_page_that_knows_only_the_module()
    {
        await Page.GotoAsync($"{Server.BaseAddress}examples/embed");
        await Page.Locator("#files").SetInputFilesAsync(
            [MakeFile("note.txt", "Hello"u8.ToArray()), MakeFile("film.bin", FilmSize)]);
        await Expect(Page.Locator("#overall")).ToHaveTextAsync("2 of 2 files are stored.");
        await Page.GetByText("film.bin").ClickAsync();
        await Expect(Page.GetByTestId("download")).ToBeVisibleAsync();
    }
}
