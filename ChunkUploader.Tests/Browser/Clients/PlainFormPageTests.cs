using System.Text.RegularExpressions;
using ChunkUploader.Tests.Browser.Pages;
using Microsoft.Playwright;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ChunkUploader.Tests.Browser.Clients;

/// <summary>The upload page in a browser without JavaScript.</summary>
[TestFixture]
public sealed partial class PlainFormPageTests : BrowserTests
{
    [Test]
    public async Task Uploads_a_file_and_leads_to_its_page()
    {
        var file = MakeFile("film.bin", 3_000_000);
        await SendAsync(file);
        await Expect(Page).ToHaveURLAsync(FileAddress());

        await Expect(Page.Named(AriaRole.Heading, "film.bin")).ToBeVisibleAsync();
        await IsStoredAsync(new Uri(Page.Url).AbsolutePath, file);
    }

    [Test]
    public async Task Uploads_several_files_and_lists_them()
    {
        string[] files = [MakeFile("one.bin", 70_000), MakeFile("two.bin", 0), MakeFile("three.bin", 1)];
        await SendAsync(files);

        foreach (var file in files)
        {
            var link = Page.Named(AriaRole.Link, Path.GetFileName(file));
            await IsStoredAsync((await link.GetAttributeAsync("href"))!, file);
        }
    }

    protected override BrowserNewContextOptions ContextOptions() => new() { JavaScriptEnabled = false };

    async Task SendAsync(params string[] files)
    {
        await Uploads.PlainInput.SetInputFilesAsync(files);
        await Page.Named(AriaRole.Button, "Upload").ClickAsync();
    }

    async Task IsStoredAsync(string url, string file)
    {
        using var client = Server.NewHttpClient();
        var stored = await client.GetByteArrayAsync(new Uri($"{url}/download", UriKind.Relative));
        Assert.That(stored.AsSpan().SequenceEqual(File.ReadAllBytes(file)), Is.True, "The stored bytes differ.");
    }

    [GeneratedRegex("/files/[0-9a-f]+$")]
    private static partial Regex FileAddress();
}
