using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ChunkUploader.Tests.Browser;

/// <summary>What is looked at stays where it is while uploads come to their end: only the row of the one that ends moves to
/// those that are finished.</summary>
[TestFixture]
public sealed class HoldingStillTests : BrowserTests
{
    [TestCase(390)]
    [TestCase(1440)]
    public async Task Nothing_moves_when_an_upload_ends(int width)
    {
        await Page.SetViewportSizeAsync(width, 900);
        await PickAsync(MakeFile("note.txt", "Hello"u8.ToArray()));
        await Uploads.SpeedLimit.SelectOptionAsync("1048576"); // so that there is time to look
        await PickAsync(MakeFile("film.bin", 120 * ChunkSize));
        await PickAsync(MakeFile("other.bin", 20 * ChunkSize));
        var (film, other) = (RowOf("film.bin"), RowOf("other.bin"));
        await Expect(film.Element).ToContainTextAsync("left"); // all that is ever said is said
        await Expect(Uploads.OverallPace).ToBeVisibleAsync();
        var before = await PlacesAsync();
        await BecomesAsync(other, "done");
        await BecomesAsync(film, "uploading");

        Assert.That(await PlacesAsync(), Is.EqualTo(before));
    }

    /// <summary>Top and height of the bars and the rows, the bars' widths too.</summary>
    Task<string[]> PlacesAsync() => Page.EvaluateAsync<string[]>(
        """
        () => {
          const toolbar = '.list-toolbar, .overall, .overall progress';
          const film = document.querySelector('[data-part=upload-list] > .row');
          const all = [...document.querySelectorAll(`[data-part=uploads] > :is(${toolbar})`), film, ...film.querySelectorAll('*')];
          return all.filter(it => it.matches('progress, .row, .row-title, .row-actions, .toolbar, .overall')).map(it => {
            const { top, height, width } = it.getBoundingClientRect();
            return `${it.localName} ${it.className}: ${[top + scrollY, height, it.matches('progress') ? width : '']}`;
          });
        }
        """);
}
