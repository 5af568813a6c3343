using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ChunkUploader.Tests.Browser;

/// <summary>What is looked at stays where it is while uploads come to their end.</summary>
[TestFixture]
public sealed class HoldingStillTests : BrowserTests
{
    [TestCase(390)]
    [TestCase(1440)]
    public async Task Nothing_moves_when_an_upload_ends(int width)
    {
        await Page.SetViewportSizeAsync(width, 900);
        await PickAsync(MakeFile("note.txt", "Hello"u8.ToArray()));
        await Page.GetByTestId("speed-limit").SelectOptionAsync("4194304"); // so that there is time to look
        await PickAsync(MakeFile("film.bin", 40 * 1024 * 1024));
        await Expect(Rows.Last).ToContainTextAsync("left"); // all that is ever said is said
        await Expect(Page.Locator("[data-part=overall-speed]")).ToContainTextAsync("/s");
        var before = await PlacesAsync();
        await BecomesAsync(Rows.Last, "done");
        await Expect(Page.Locator("[data-part=overall-speed]")).ToBeEmptyAsync();

        Assert.That(await PlacesAsync(), Is.EqualTo(before));
    }

    /// <summary>Top and height of the bars and the rows, the bars' widths too.</summary>
    Task<string[]> PlacesAsync() => Page.EvaluateAsync<string[]>(
        """
        () => {
          const all = document.querySelectorAll('[data-part=uploads] :is(progress, .row, .row-title, .row-actions)');
          return [...all].map(it => {
            const { top, height, width } = it.getBoundingClientRect();
            return `${it.localName} ${it.className}: ${[top + scrollY, height, it.matches('progress') ? width : '']}`;
          });
        }
        """);
}
