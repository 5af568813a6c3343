using ChunkUploader.Tests.Browser.Pages;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ChunkUploader.Tests.Browser;

[TestFixture]
public sealed class ComingBackTests : BrowserTests
{
    [Test]
    public async Task Two_tabs_with_the_same_file_upload_it_once()
    {
        var file = MakeFile("film.bin", FilmSize);
        var posts = await ChunkPosts.WatchAsync(Page, passing: 3);
        await PickAsync(file);
        await posts.HeldAsync();
        var other = await Page.Context.NewPageAsync();
        await other.GotoAsync(Server.BaseAddress.ToString());
        var otherPosts = await ChunkPosts.WatchAsync(other);
        var otherUploads = new UploadPage(other, Texts);
        await otherUploads.FileInput.SetInputFilesAsync(file);
        var row = otherUploads.Row;
        await BecomesAsync(row, "elsewhere");
        posts.Release();
        await IsStoredAsync(Row, file);
        await IsStoredAsync(row, file);
        Assert.That(otherPosts.Accepted, Is.Zero);
    }

    [Test]
    public async Task The_other_tab_goes_on_when_the_first_is_closed()
    {
        var file = MakeFile("film.bin", FilmSize);
        var first = await Page.Context.NewPageAsync();
        await first.GotoAsync(Server.BaseAddress.ToString());
        var posts = await ChunkPosts.WatchAsync(first, passing: 3);
        await new UploadPage(first, Texts).FileInput.SetInputFilesAsync(file);
        await posts.HeldAsync();
        await PickAsync(file);
        await BecomesAsync(Row, "elsewhere");
        await first.CloseAsync();
        posts.Release();
        await IsStoredAsync(Row, file);
    }

    [Test]
    public async Task A_file_that_the_browser_may_open_again_goes_on_after_a_reload_by_itself()
    {
        await PickByHandleAsync();
        await Expect(Rows).ToContainTextAsync("film.bin");
        await BecomesAsync(Row, "done");
        Assert.That(await Page.EvaluateAsync<int>("() => window.picked ?? 0"), Is.Zero);
    }

    [Test]
    public async Task Files_of_a_dropped_folder_go_on_after_a_reload_by_themselves()
    {
        var posts = await ChunkPosts.WatchAsync(Page, passing: 3);
        await Page.EvaluateAsync(
            """
            async () => {
              const root = await navigator.storage.getDirectory();
              const folder = await root.getDirectoryHandle('holiday', { create: true });
              const inner = await folder.getDirectoryHandle('day one', { create: true });
              const handle = await inner.getFileHandle('film.bin', { create: true });
              const writer = await handle.createWritable();
              for (let i = 0; i < 15; i++) await writer.write(new Uint8Array(128 * 1024).fill(i));
              await writer.close();
              const entryOf = (handle, path) => handle.kind === 'file'
                ? { isFile: true, fullPath: path, file: resolve => handle.getFile().then(resolve) }
                : {
                  isFile: false, fullPath: path,
                  createReader: () => {
                    const children = handle.values();
                    return { readEntries: async resolve => {
                      const { value } = await children.next();
                      resolve(value ? [entryOf(value, `${path}/${value.name}`)] : []);
                    } };
                  },
                };
              const item = {
                webkitGetAsEntry: () => entryOf(folder, '/holiday'),
                getAsFile: () => null,
                getAsFileSystemHandle: () => Promise.resolve(folder),
              };
              const dataTransfer = { types: ['Files'], items: [item], files: [] };
              window.dispatchEvent(Object.assign(new Event('drop'), { dataTransfer }));
            }
            """);
        await posts.HeldAsync();
        await Page.ReloadAsync();
        posts.Release();
        await Page.UnrouteAllAsync();
        await Expect(Rows).ToContainTextAsync("holiday/day one/film.bin");
        await BecomesAsync(Row, "done");
    }

    [Test]
    public async Task A_file_that_changed_meanwhile_is_told_and_not_mixed()
    {
        await PickByHandleAsync(
            "const writer = await handle.createWritable(); await writer.write('other'); await writer.close();");
        await Expect(Uploads.Unfinished.Element).ToContainTextAsync("changed");
        await Expect(Rows).ToHaveCountAsync(0);
    }

    /// <summary>Picks a file of the browser's own file system, whose handles need no permission, and reloads the page
    /// while it is on its way.</summary>
    async Task PickByHandleAsync(string meanwhile = "")
    {
        var posts = await ChunkPosts.WatchAsync(Page, passing: 3);
        await Page.EvaluateAsync(
            """
            async () => {
              const folder = await navigator.storage.getDirectory();
              const handle = await folder.getFileHandle('film.bin', { create: true });
              const writer = await handle.createWritable();
              for (let i = 0; i < 15; i++) await writer.write(new Uint8Array(128 * 1024).fill(i));
              await writer.close();
              window.showOpenFilePicker = () => Promise.resolve([handle]);
            }
            """);
        await Uploads.FileInput.ClickAsync(new() { Force = true });
        await posts.HeldAsync();
        if (meanwhile != "")
        {
            await Page.EvaluateAsync(
                $$"""
                async () => {
                  const folder = await navigator.storage.getDirectory();
                  const handle = await folder.getFileHandle('film.bin');
                  {{meanwhile}}
                }
                """);
        }

        await Page.ReloadAsync();
        posts.Release();
        await Page.UnrouteAllAsync();
    }
}
