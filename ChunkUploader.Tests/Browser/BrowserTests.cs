using System.Security.Cryptography;
using ChunkUploader.Tests.Support;
using Microsoft.Playwright;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ChunkUploader.Tests.Browser;

/// <summary>A real server, a real browser, and a visitor of the test's own.</summary>
[Category("Browser")]
public abstract class BrowserTests
{
    /// <summary>Generous: these wait for states, and a loaded machine may take its time to reach them.</summary>
    const float Patience = 60_000;

    readonly List<string> _complaints = [];
    TempFolder _folder = null!;
    IBrowserContext _context = null!;

    protected ServerProcess Server { get; set; } = null!;

    protected IPage Page { get; private set; } = null!;

    protected string DataFolder => _folder.Combine("data");

    protected ILocator Rows => Page.GetByTestId("upload-row");

    [SetUp]
    public async Task Open()
    {
        SetDefaultExpectTimeout(Patience);
        _complaints.Clear();
        _folder = new TempFolder();
        Server = await ServerProcess.StartAsync(DataFolder);
        _context = await Chromium.Browser.NewContextAsync(ContextOptions());
        _context.SetDefaultTimeout(Patience);
        Page = await _context.NewPageAsync();
        Page.PageError += (_, error) => _complaints.Add(error);
        Page.Console += (_, message) =>
        {
            // A request that fails because its server was killed is not a fault of the page.
            if (message.Type == "error"
                && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                _complaints.Add(message.Text);
            }
        };
        await Page.GotoAsync(Server.BaseAddress.ToString());
    }

    [TearDown]
    public async Task Close()
    {
        await _context.CloseAsync();
        await Server.DisposeAsync();
        _folder.Dispose();
        Assert.That(_complaints, Is.Empty, "The page complained.");
    }

    protected virtual BrowserNewContextOptions ContextOptions() => new();

    protected async Task SignInAsync()
    {
        await Page.GotoAsync($"{Server.BaseAddress}admin");
        await Page.GetByLabel("Password").FillAsync(Server.AdminPassword!);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(Page).ToHaveURLAsync($"{Server.BaseAddress}admin");
    }

    /// <summary>A preference of the visitor, for the pages that come next.</summary>
    protected Task KeepAsync(string cookie, string value) =>
        Page.Context.AddCookiesAsync([new() { Name = cookie, Value = value, Url = Server.BaseAddress.ToString() }]);

    /// <summary>Makes a file of random bytes.</summary>
    protected string MakeFile(string name, int size) => MakeFile(name, RandomNumberGenerator.GetBytes(size));

    /// <summary>Makes a file in a folder of its own, so that several can have one name; they are equally old.</summary>
    protected string MakeFile(string name, byte[] content)
    {
        var path = Path.Combine(Directory.CreateDirectory(_folder.Combine(Path.GetRandomFileName())).FullName, name);
        File.WriteAllBytes(path, content);
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        return path;
    }

    protected Task PickAsync(params string[] paths) => Page.GetByTestId("file-input").SetInputFilesAsync(paths);

    protected static Task BecomesAsync(ILocator row, string state) =>
        Expect(row).ToHaveAttributeAsync("data-state", state);

    /// <summary>Downloads what a finished row links to and compares it byte for byte.</summary>
    protected async Task IsStoredAsync(ILocator row, string path)
    {
        await BecomesAsync(row, "done");
        var url = await row.GetByTestId("file-link").GetAttributeAsync("href");
        using var client = new HttpClient { BaseAddress = Server.BaseAddress };
        var stored = await client.GetByteArrayAsync(new Uri($"{url}/download", UriKind.Relative));
        Assert.That(stored.AsSpan().SequenceEqual(File.ReadAllBytes(path)), Is.True, "The stored bytes differ.");
    }
}
