using ChunkUploader.Tests.Browser.Pages;
using Microsoft.Playwright;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ChunkUploader.Tests.Browser;

[TestFixture]
public sealed class UploadPageTests : BrowserTests
{
    [Test]
    public async Task Uploads_several_files_and_shows_a_picture_of_an_image()
    {
        var image = MakeFile("square.png", Pictures.Png);
        var text = MakeFile("note.txt", "Hello, world.\n"u8.ToArray());
        var empty = MakeFile("empty.dat", []);
        await PickAsync(image, text, empty);
        await IsStoredAsync(RowOf("square.png"), image);
        await IsStoredAsync(RowOf("note.txt"), text);
        await IsStoredAsync(RowOf("empty.dat"), empty);
        await Expect(RowOf("square.png").Picture("square.png")).ToBeVisibleAsync();
        await Expect(Rows.Reading("Instant").And(Page.Locator(":visible"))).ToHaveCountAsync(0);
    }

    [Test]
    public async Task Shows_how_far_an_upload_is()
    {
        // Larger than what is sent at once, without asking.
        var photo = MakeFile("photo.png", [.. Pictures.Png, .. new byte[FilmSize]]);
        await PickAsync(photo);
        await BecomesAsync(Row, "done");
        await Page.ReloadAsync();
        await PickAsync(photo, MakeFile("report.pdf", Pictures.Pdf));
        await Expect(Uploads.RowsIn("done")).ToHaveCountAsync(2);
        var posts = await ChunkPosts.WatchAsync(Page, passing: 12);
        await PickAsync(MakeFile("holiday.mp4", 30 * ChunkSize));
        await posts.HeldAsync();
        var row = RowOf("holiday.mp4");
        await BecomesAsync(row, "uploading");
        await Expect(row.Percent).ToHaveTextAsync(
            new System.Text.RegularExpressions.Regex("^[1-9][0-9]?%$"));
        await Expect(row.Element).ToContainTextAsync("7.5 MiB");
        await Screenshots.CheckFitAsync(Page, "uploading");
        await Screenshots.TakeForReadmeAsync(
            Page, "upload", ColorScheme.Light, (1440, 1050), Page.GetByRole(AriaRole.Banner));
        await row.Details.ClickAsync();
        await Expect(row.Element.Reading("12 of 30 chunks")).ToBeVisibleAsync();
        await Screenshots.TakeForReadmeAsync(
            Page, "phone", ColorScheme.Light, (390, 830), Page.Locator("#uploads-heading"));
        posts.Release();
        await BecomesAsync(row, "done");
    }

    [Test]
    public async Task Shows_the_chunks_and_then_the_link_and_the_digests_on_demand()
    {
        var file = MakeFile("film.bin", FilmSize);
        var posts = await ChunkPosts.WatchAsync(Page, passing: 3);
        await PickAsync(file, MakeFile("note.txt", "Hello"u8.ToArray()));
        await posts.HeldAsync();
        var row = RowOf("film.bin");
        await row.Details.ClickAsync();
        await Expect(row.ChunkMap("film.bin")).ToBeVisibleAsync();
        await Expect(row.SaveChecksums).ToBeHiddenAsync();
        await Screenshots.CheckFitAsync(Page, "details-uploading");
        posts.Release();
        await BecomesAsync(row, "done");
        await Expect(row.Element).ToContainTextAsync(Convert.ToHexStringLower(Md5(await File.ReadAllBytesAsync(file))));
        await Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await row.CopyLink.ClickAsync();
        await Expect(row.CopyLink).ToHaveTextAsync("Copied");
        var link = await Page.EvaluateAsync<string>("() => navigator.clipboard.readText()");
        Assert.That(link, Does.StartWith($"{Server.BaseAddress}files/"));
        var record = await Page.RunAndWaitForDownloadAsync(() => row.SaveChecksums.ClickAsync());
        Assert.That(record.SuggestedFilename, Is.EqualTo("film.bin.checksums.json"));
        Assert.That(await File.ReadAllTextAsync(await record.PathAsync()), Does.Contain(link));
        await Screenshots.CheckFitAsync(Page, "details-done");
    }

    [Test]
    public async Task Pauses_and_goes_on()
    {
        var file = MakeFile("film.bin", FilmSize);
        var posts = await ChunkPosts.WatchAsync(Page, passing: 3);
        await PickAsync(file);
        await posts.HeldAsync();
        await Row.Pause.ClickAsync();
        await BecomesAsync(Row, "paused");
        posts.Release();
        await Row.Resume.ClickAsync();
        await IsStoredAsync(Row, file);
    }

    [Test]
    public async Task Cancels_and_leaves_nothing_behind()
    {
        await TakeTheClockAsync();
        var posts = await ChunkPosts.WatchAsync(Page, passing: 3);
        await PickAsync(MakeFile("film.bin", FilmSize));
        await posts.HeldAsync();
        Assert.That(Directory.GetFiles(Path.Combine(DataFolder, "parts")), Has.Length.EqualTo(1));
        var deleted = Page.WaitForResponseAsync(response => response.Request.Method == "DELETE");
        await Row.Cancel.ClickAsync();
        await BecomesAsync(Row, "cancelling");
        await SkipUndoingAsync();
        Assert.That((await deleted).Status, Is.EqualTo(204));
        posts.Release();
        await BecomesAsync(Row, "cancelled");
        Assert.That(Directory.GetFiles(Path.Combine(DataFolder, "parts")), Is.Empty);
    }

    [Test]
    public async Task Says_why_a_file_is_refused_and_takes_it_on_a_second_try()
    {
        var file = MakeFile("note.txt", "Hello"u8.ToArray());
        await Page.RouteAsync("**/uploads", route => route.FulfillAsync(new()
        {
            Status = 507,
            ContentType = "application/problem+json",
            Body = """{"title":"There is no room left","status":507,"code":"storage-full"}""",
        }));
        await PickAsync(file);
        await BecomesAsync(Row, "failed");
        await Expect(Rows).ToContainTextAsync("room");
        await Page.UnrouteAllAsync();
        await Row.TryAgain.ClickAsync();
        await IsStoredAsync(Row, file);
    }

    [Test]
    public async Task Works_on_plain_http_without_a_secure_context()
    {
        LeaveOutIfProxied();
        await Expect(Uploads.Insecure).ToBeHiddenAsync();
        await Page.GotoAsync($"http://{Chromium.PlainHost}:{Server.Port}/");
        await Expect(Uploads.Insecure).ToContainTextAsync("plain http");
        Assert.That(await Page.EvaluateAsync<bool>("() => isSecureContext"), Is.False);
        var file = MakeFile("film.bin", FilmSize);
        await PickAsync(file);
        await IsStoredAsync(Row, file);
        await Page.ReloadAsync();
        await PickAsync(file);
        await IsStoredAsync(Row, file);
        await Expect(Row.Instant).ToBeVisibleAsync();
    }

#pragma warning disable CA5351 // The key that files are looked up by.
    static byte[] Md5(byte[] content) => System.Security.Cryptography.MD5.HashData(content);
#pragma warning restore CA5351
}
