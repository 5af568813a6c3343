using Microsoft.Playwright;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ChunkUploader.Tests.Browser;

[TestFixture]
public sealed class TouchTests : BrowserTests
{
    [Test]
    public async Task A_phone_is_not_told_to_drop_files()
    {
        await Expect(Page.Locator("#drop-zone-hint")).ToBeHiddenAsync();
        await Page.ScreenshotAsync(new() { Path = Screenshots.PathOf("touch.png"), FullPage = true });
    }

    [Test]
    public async Task What_is_tapped_is_large_enough()
    {
        await PickAsync(MakeFile("note.txt", "1"u8.ToArray()), MakeFile("other.txt", "2"u8.ToArray()));
        await Expect(Uploads.RowsIn("done")).ToHaveCountAsync(2);
        await RowOf("note.txt").Details.TapAsync();
        await Expect(RowOf("note.txt").SaveChecksums).ToBeVisibleAsync();
        await Expect(Uploads.ClearTheList).ToBeVisibleAsync();
        await Page.ScreenshotAsync(new() { Path = Screenshots.PathOf("touch-details.png"), FullPage = true });
        var small = await Page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll('main :is(a, button, select, label.button)')]
              .filter(it => it.checkVisibility() && it.getBoundingClientRect().height < 44)
              .map(it => it.outerHTML)
            """);
        Assert.That(small, Is.Empty);
    }

    protected override BrowserNewContextOptions ContextOptions() => new()
    {
        HasTouch = true,
        IsMobile = true,
        ViewportSize = new() { Width = 390, Height = 844 },
        DeviceScaleFactor = 2,
    };
}
