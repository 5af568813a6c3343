using Microsoft.Playwright;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ChunkUploader.Tests.Browser;

[TestFixture]
public sealed class ManyFilesTests : BrowserTests
{
    [Test]
    public async Task Keeps_the_paths_of_a_folder_that_is_picked()
    {
        var folder = Directory.CreateDirectory(
            Path.Combine(Path.GetDirectoryName(MakeFile("x", 1))!, "holiday", "day 1")).Parent!;
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "plan.txt"), "plan");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "day 1", "sea.txt"), "sea");
        await Uploads.FolderInput.SetInputFilesAsync(folder.FullName);
        await BecomesAsync(RowOf("holiday/plan.txt"), "done");
        await BecomesAsync(RowOf("holiday/day 1/sea.txt"), "done");
    }

    [Test]
    public async Task Takes_what_is_dropped_and_what_is_pasted()
    {
        await Page.EvaluateAsync(
            """
            () => {
              const transfer = new DataTransfer();
              transfer.items.add(new File(['dropped'], 'dropped.txt'));
              for (const name of ['dragover', 'drop'])
                document.body.dispatchEvent(
                  new DragEvent(name, { dataTransfer: transfer, bubbles: true, cancelable: true }));
              const clipboard = new DataTransfer();
              clipboard.items.add(new File(['pasted'], 'pasted.txt'));
              document.body.dispatchEvent(
                new ClipboardEvent('paste', { clipboardData: clipboard, bubbles: true, cancelable: true }));
            }
            """);
        await BecomesAsync(RowOf("dropped.txt"), "done");
        await BecomesAsync(RowOf("pasted.txt"), "done");
    }

    [Test]
    public async Task Shows_only_what_failed_and_clears_what_is_finished()
    {
        await Page.RouteAsync("**/uploads", async route =>
        {
            if (route.Request.PostData?.Contains("bad.txt") == true)
            {
                await route.FulfillAsync(new()
                {
                    Status = 415,
                    ContentType = "application/problem+json",
                    Body = """{"title":"This type is not allowed","status":415,"code":"type-not-allowed"}""",
                });
            }
            else
            {
                await route.ContinueAsync();
            }
        });
        await PickAsync(MakeFile("good.txt", "1"u8.ToArray()), MakeFile("bad.txt", "2"u8.ToArray()));
        await BecomesAsync(RowOf("good.txt"), "done");
        await BecomesAsync(RowOf("bad.txt"), "failed");
        await Uploads.OnlyFailed.ClickAsync();
        await Expect(Rows).ToHaveCountAsync(1);
        await Expect(Rows).ToContainTextAsync("bad.txt");
        await Uploads.OnlyFailed.ClickAsync();
        await Expect(Rows).ToHaveCountAsync(2);
        await Uploads.ClearTheList.ClickAsync();
        await Expect(Rows).ToHaveCountAsync(1);
        await Expect(Rows).ToContainTextAsync("bad.txt");
    }

    [Test]
    public async Task Sends_a_file_once_that_was_picked_twice()
    {
        var posts = await ChunkPosts.WatchAsync(Page, passing: 1);
        var file = MakeFile("film.bin", FilmSize);
        await PickAsync(file);
        await posts.HeldAsync();
        await PickAsync(file);
        await Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("picked twice");
        await Expect(Rows).ToHaveCountAsync(1);
        posts.Release();
        await IsStoredAsync(Row, file);
    }
}
