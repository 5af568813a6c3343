using System.IO.Compression;
using System.Text.RegularExpressions;
using ChunkUploader.Tests.Browser.Pages;
using ChunkUploader.Tests.Support;
using Microsoft.Playwright;

namespace ChunkUploader.Tests.Browser;

/// <summary>A walk past every page, each in the states that look different.</summary>
public abstract partial class PageTour : BrowserTests
{
    /// <summary>Of the stored files.</summary>
    protected const string Newest = "photos.zip";

    const string Deleted = "a letter that nobody wants any more.pdf";

    (string Path, string Picture, string Note, string Text, string Archive) _files;

    /// <summary>Uploads what there is to be shown, and signs in.</summary>
    protected async Task PrepareAsync()
    {
        using var client = Server.NewUploadClient();
        _files = (
            await StoreAsync("a name that goes on and on, as those of scanned letters and exported films often do.pdf"),
            await StoreAsync("two by two.png", Pictures.Png),
            await StoreAsync("照片说明.bin", relativePath: "假期/2026/照片说明.bin"),
            await StoreAsync("会议记录.md", "# 会议\n\n- 一\n- two\n"u8.ToArray()),
            await StoreAsync(Newest, Archive()));
        await StoreAsync(Deleted);
        await SignInAsync();
        await Admin.Delete(Deleted).ClickAsync();
        await Admin.DeletingQuestion.Confirm.ClickAsync();
        await Page.GetByRole(AriaRole.Status).WaitForAsync();

        async Task<string> StoreAsync(string name, byte[]? content = null, string? relativePath = null)
        {
            var file = new TestFile(name, content ?? Pictures.Pdf);
            var session = await client.BeginAsync(name, file.Size, ("relativePath", relativePath));
            return (await client.FinishAsync(session, file))["file"].GetProperty("url").GetString()!;
        }
    }

    /// <summary>Goes to one page after the other; each is looked at while it is open.</summary>
    protected async Task WalkAsync(Func<string, Task> look)
    {
        await GoAsync("");
        await look("empty");
        await Preferences.Button.ClickAsync();
        await look("preferences");
        await GoAsync(_files.Picture);
        await look("picture");
        await GoAsync(_files.Note);
        await look("folder");
        await GoAsync(_files.Text);
        await look("text");
        await GoAsync(_files.Archive);
        await look("archive");
        await StoredFile.ShowQrCode.ClickAsync();
        await StoredFile.QrCode.WaitForAsync();
        await look("code");
        await GoAsync($"files?id={_files.Note.Split('/')[^1]}&id={_files.Path.Split('/')[^1]}");
        await look("several");
        await GoAsync("admin");
        await look("stored-files");
        await Admin.Delete(Newest).ClickAsync();
        await look("delete");
        await GoAsync("admin/trash");
        await look("trash");
        await Admin.DeleteForGood(Deleted).ClickAsync();
        await look("delete-for-good");
        await GoAsync("admin/trash?search=nothing");
        await look("no-match-in-trash");
        await GoAsync("admin?search=nothing");
        await look("no-match");
        await GoAsync("admin/sign-in");
        await look("password");
        await Page.Labelled(Texts["Password"]).FillAsync("wrong");
        await Page.Keyboard.PressAsync("Enter");
        await Page.GetByRole(AriaRole.Alert).WaitForAsync();
        await look("wrong-password");
        await GoAsync("no/such/page");
        await look("not-found");
        await WalkUploadsAsync(look);
    }

    async Task WalkUploadsAsync(Func<string, Task> look)
    {
        var film = MakeFile("film.mp4", FilmSize);
        await GoAsync("");
        var posts = await ChunkPosts.WatchAsync(Page, passing: 3);
        await PickAsync(MakeFile("square.png", Pictures.Png), film);
        await BecomesAsync(RowOf("square.png"), "done");
        await posts.HeldAsync();
        await look("uploads");
        await Page.ReloadAsync();
        posts.Release();
        await Page.UnrouteAllAsync();
        await Uploads.Unfinished.Element.WaitForAsync();
        await look("unfinished");
        await Uploads.Unfinished.OtherDevice.ClickAsync();
        await look("hand-over");
        await WalkCancellingAsync(look);
    }

    /// <summary>What is asked where much has arrived, and an upload that is cancelled and can be taken back.</summary>
    async Task WalkCancellingAsync(Func<string, Task> look)
    {
        var cancel = Uploads.Unfinished.Cancel;
        await Page.RouteAsync("**/uploads", async route =>
        {
            var answer = await route.FetchAsync();
            var body = Sizes().Replace(await answer.TextAsync(), "${0}0000");
            await route.FulfillAsync(new() { Response = answer, Body = body });
        });
        await Page.ReloadAsync();
        await cancel.ClickAsync();
        await look("question");
        await Page.UnrouteAllAsync();
        await Page.ReloadAsync();
        await cancel.ClickAsync();
        await look("cancelled");
    }

    static byte[] Archive()
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var name in new[] { "sea/", "sea/two by two.png", "sea/a name that goes on and on, as those of exported films often do.png", "说明.txt" })
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(name.EndsWith('/') ? [] : Pictures.Png);
            }
        }

        return bytes.ToArray();
    }

    async Task GoAsync(string path) => await Page.GotoAsync(new Uri(Server.BaseAddress, path).ToString());

    [GeneratedRegex("""(?<="(size|chunkSize)":)\d+""")]
    private static partial Regex Sizes();
}
