using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ChunkUploader.Tests.Browser;

[TestFixture]
public sealed class FiveThousandFilesTests : BrowserTests
{
    /// <summary>How long a task may keep the page from drawing: beyond, it feels frozen.</summary>
    static readonly TimeSpan LongestTask = TimeSpan.FromMilliseconds(250);

    /// <summary>Waits until so many are stored: each of them has been drawn among thousands. That all of them end is
    /// tested without a browser.</summary>
    const string Enough = "^([5-9]\\d\\d|\\d,\\d{3}) of 5,000 files · ";

    [Test]
    public async Task Takes_5000_files_without_freezing_and_shows_only_those_in_sight()
    {
        await MakeInPageAsync(5000, 2048);
        var tasks = await TaskTimes.StartAsync(Page);
        await Uploads.FileInput.DispatchEventAsync("change");
        await Expect(Rows.First).ToBeVisibleAsync();
        Assert.That(await Rows.CountAsync(), Is.LessThan(100));
        await Page.EvaluateAsync("() => scrollTo(0, document.body.scrollHeight)");
        await Expect(RowOf("4999.txt").Element).ToBeVisibleAsync();
        await Expect(Page.GetByText(new Regex(Enough))).ToBeVisibleAsync(new() { Timeout = 300_000 });

        await tasks.StopAsync();
        Assert.That(tasks.Count, Is.GreaterThan(500));
        Assert.That(tasks.Longest, Is.LessThan(LongestTask));
        await Screenshots.CheckFitAsync(Page, "many", fullPage: false);
        await Page.EvaluateAsync("() => scrollTo(0, 0)");
        await Expect(Uploads.RowsIn("done").First).ToBeAttachedAsync();
        Assert.That(await Rows.CountAsync(), Is.LessThan(100));
    }

    Task<JsonElement?> MakeInPageAsync(int count, int size) =>
        Uploads.FileInput.EvaluateAsync(
            """
            (input, [count, size]) => {
              const transfer = new DataTransfer();
              for (let i = 0; i < count; i++)
                transfer.items.add(new File([new Uint32Array(size / 4).fill(i)], `${i}.txt`, { lastModified: 1 }));
              input.files = transfer.files;
            }
            """,
            new[] { count, size });
}
