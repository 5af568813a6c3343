using System.Text.Json;
using Microsoft.Playwright;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ChunkUploader.Tests.Browser;

/// <summary>Apart from the others, which run beside it: it is the longest of all.</summary>
[TestFixture]
public sealed class FiveThousandFilesTests : BrowserTests
{
    /// <summary>Milliseconds between two frames; beyond them a page feels frozen.</summary>
    const double LongestFrame = 500;

    ILocator Overall => Page.GetByTestId("overall");

    [Test]
    public async Task Takes_5000_files_without_freezing_and_shows_only_those_in_sight()
    {
        await PickInPageAsync(5000, 2048);
        await Expect(Rows.First).ToBeVisibleAsync();
        Assert.That(await Rows.CountAsync(), Is.LessThan(100));
        await Page.EvaluateAsync("() => scrollTo(0, document.body.scrollHeight)");
        await Expect(Rows.Filter(new() { HasText = "4999.txt" })).ToBeVisibleAsync();
        await Expect(Overall).ToContainTextAsync("5,000 of 5,000 files", new() { Timeout = 240_000 });

        // Twice the whole machine may have stopped for a moment; a page that is too slow is so again and again.
        var frame = await Page.EvaluateAsync<double>("() => frames.sort((one, other) => other - one)[2]");
        Assert.That(frame, Is.Positive.And.LessThan(LongestFrame));
        await Screenshots.TakeAsync(Page, "many", fullPage: false);
        await Page.EvaluateAsync("() => scrollTo(0, 0)");
        await BecomesAsync(Rows.First, "done");
        Assert.That(await Rows.CountAsync(), Is.LessThan(100));
    }

    /// <summary>Makes files in the page, and from then on notes the times between two frames.</summary>
    Task<JsonElement?> PickInPageAsync(int count, int size) =>
        Page.EvaluateAsync(
            """
            ([count, size]) => {
              const transfer = new DataTransfer();
              for (let i = 0; i < count; i++)
                transfer.items.add(new File([new Uint32Array(size / 4).fill(i)], `${i}.txt`, { lastModified: 1 }));
              const input = document.querySelector('[data-testid="file-input"]');
              input.files = transfer.files;
              window.frames = [];
              let last = 0;
              const frame = now => {
                if (last > 0) frames.push(now - last);
                else input.dispatchEvent(new Event('change'));
                last = now;
                requestAnimationFrame(frame);
              };
              requestAnimationFrame(frame);
            }
            """,
            new[] { count, size });
}
