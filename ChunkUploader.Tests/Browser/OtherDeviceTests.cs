using System.Text.RegularExpressions;
using ChunkUploader.Tests.Browser.Pages;
using ChunkUploader.Tests.Support;
using Microsoft.Playwright;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ChunkUploader.Tests.Browser;

/// <summary>An upload begins on one device and goes on on another.</summary>
[TestFixture]
public sealed class OtherDeviceTests : BrowserTests
{
    const int SentFirst = 3;

    static readonly string QrReader = File.ReadAllText(
        Path.Combine(ProjectFolders.Client, "node_modules", "jsqr", "dist", "jsQR.js"));

    IBrowserContext _otherDevice = null!;
    IPage _other = null!;

    UploadPage OtherUploads => new(_other, Texts);

    [SetUp]
    public async Task TakeOtherDevice()
    {
        _otherDevice = await Page.Context.Browser!.NewContextAsync(new() { IgnoreHTTPSErrors = IsProxied });
        // Its own picker cannot be answered by a test, other than that of an input.
        await _otherDevice.AddInitScriptAsync("window.showOpenFilePicker = undefined");
        _other = await _otherDevice.NewPageAsync();
    }

    [TearDown]
    public Task PutOtherDeviceAway() => _otherDevice.CloseAsync();

    [TestCase("127.0.0.1")]
    [TestCase(Chromium.PlainHost)]
    public async Task The_link_carries_it_and_only_what_is_missing_is_sent(string host)
    {
        LeaveOutIfProxied();
        await Page.GotoAsync($"http://{host}:{Server.Port}/");
        var file = MakeFile("film.bin", FilmSize);
        var copy = MakeFile("copy of film.bin", await File.ReadAllBytesAsync(file));
        File.SetLastWriteTimeUtc(copy, DateTime.UtcNow);
        await PauseHalfAsync(file);
        var link = await LinkAsync();
        await Screenshots.CheckFitAsync(Page, "hand-over");
        Assert.That(await ReadQrCodeAsync(), Is.EqualTo(link));
        Assert.That(await CopiedAsync(), Is.EqualTo(link));

        var posts = await ChunkPosts.WatchAsync(_other);
        await _other.GotoAsync(link);
        await Expect(_other).ToHaveURLAsync($"http://{host}:{Server.Port}/");
        var unfinished = OtherUploads.Unfinished;
        await Expect(unfinished.Element).ToContainTextAsync("film.bin");
        await Expect(unfinished.PickTheFile).ToBeFocusedAsync();
        await Screenshots.CheckFitAsync(_other, "carried");
        await PickOnOtherAsync(copy);
        await IsStoredAsync(OtherUploads.Row, file);
        Assert.That(posts.Accepted, Is.EqualTo(8 - SentFirst));

        var begins = 0;
        Page.Request += (_, request) =>
            begins += request.Method == "POST" && request.Url.EndsWith("/uploads", StringComparison.Ordinal) ? 1 : 0;
        await Uploads.HandOver.Close.ClickAsync();
        await Row.Resume.ClickAsync();
        await BecomesAsync(Row, "moved");
        Assert.That(begins, Is.Zero);
        await Screenshots.CheckFitAsync(Page, "moved");
    }

    [Test]
    public async Task It_leaves_the_first_device_while_that_is_sending()
    {
        var file = MakeFile("film.bin", FilmSize);
        var held = await ChunkPosts.WatchAsync(Page, passing: SentFirst);
        await PickAsync(file);
        await held.HeldAsync();
        var link = await LinkAsync();
        await _other.GotoAsync(Server.BaseAddress.ToString());
        await _other.GotoAsync(link); // only the fragment is new: nothing is loaded
        await Expect(OtherUploads.Unfinished.Element).ToContainTextAsync("film.bin");
        held.Release();
        await BecomesAsync(Row, "moved");
        await Expect(Uploads.HandOver.Element).ToBeHiddenAsync();
        await PickOnOtherAsync(file);
        await IsStoredAsync(OtherUploads.Row, file);
    }

    [Test]
    public async Task A_used_link_says_so()
    {
        await PauseHalfAsync(MakeFile("film.bin", FilmSize));
        var link = await LinkAsync();
        await using var third = await Page.Context.Browser!.NewContextAsync(new() { IgnoreHTTPSErrors = IsProxied });
        var first = await third.NewPageAsync();
        await first.GotoAsync(link);
        await Expect(new UploadPage(first, Texts).UnfinishedRows).ToHaveCountAsync(1);
        await _other.GotoAsync(link);
        await Expect(_other.GetByRole(AriaRole.Alert)).ToContainTextAsync("This link leads to no upload any more");
        await Expect(OtherUploads.UnfinishedRows).ToHaveCountAsync(0);
    }

    async Task PauseHalfAsync(string file)
    {
        var held = await ChunkPosts.WatchAsync(Page, passing: SentFirst);
        await PickAsync(file);
        await held.HeldAsync();
        await Row.Pause.ClickAsync();
        await BecomesAsync(Row, "paused");
        held.Release();
    }

    async Task<string> LinkAsync()
    {
        await Row.OtherDevice.ClickAsync();
        var link = Uploads.HandOver.Link;
        await Expect(link).ToHaveValueAsync(new Regex("/#resume="));
        return await link.InputValueAsync();
    }

    Task PickOnOtherAsync(string file) => ChooseAsync(_other, () => OtherUploads.Unfinished.PickTheFile.ClickAsync(), file);

    /// <summary>Paints the code as it is drawn and reads it as a camera would.</summary>
    Task<string?> ReadQrCodeAsync() => Uploads.HandOver.QrCode.EvaluateAsync<string?>(
        $$"""
        async code => {
          {{QrReader}}
          const { fill, backgroundColor } = getComputedStyle(code);
          const copy = code.cloneNode(true);
          copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
          copy.setAttribute('fill', fill);
          copy.setAttribute('width', 600);
          copy.setAttribute('height', 600);
          const image = new Image();
          image.src = `data:image/svg+xml,${encodeURIComponent(copy.outerHTML)}`;
          await image.decode();
          const canvas = Object.assign(document.createElement('canvas'), { width: 600, height: 600 });
          const context = canvas.getContext('2d');
          context.fillStyle = backgroundColor;
          context.fillRect(0, 0, 600, 600);
          context.drawImage(image, 0, 0);
          return (globalThis.jsQR ?? jsQR)(context.getImageData(0, 0, 600, 600).data, 600, 600)?.data ?? null;
        }
        """);

    /// <summary>What the button copies, on plain http, too, where nobody may look into the clipboard.</summary>
    async Task<string?> CopiedAsync()
    {
        await Page.EvaluateAsync(
            """
            () => {
              const { clipboard } = navigator;
              if (clipboard) clipboard.writeText = text => Promise.resolve(window.copied = text);
              document.addEventListener('copy', () => { window.copied = document.activeElement.value; });
            }
            """);
        await Uploads.HandOver.CopyLink.ClickAsync();
        await Expect(Uploads.HandOver.CopyLink).ToHaveTextAsync("Copied");
        await Expect(Uploads.HandOver.CopyLink).ToBeFocusedAsync();
        return await Page.EvaluateAsync<string?>("() => window.copied");
    }
}
