using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ChunkUploader.Tests.Browser.Pages;
using ChunkUploader.Tests.Support;
using Microsoft.Playwright;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ChunkUploader.Tests.Browser;

/// <summary>A real server, a real browser, and a visitor of the test's own.</summary>
[Category("Browser")]
public abstract class BrowserTests
{
    /// <summary>The server's chunk size, in bytes: small, so that a file of several chunks is small too.</summary>
    protected const int ChunkSize = 256 * 1024;

    /// <summary>Of a file of eight chunks, the last one shorter; more than is sent at once, without asking.</summary>
    protected const int FilmSize = 15 * ChunkSize / 2;

    readonly List<string> _complaints = [];
    IBrowser _browser = null!;
    static readonly TimeSpan Closing = TimeSpan.FromSeconds(20);

    TempFolder _folder = null!;
    IBrowserContext _context = null!;

    protected IServer Server { get; private set; } = null!;

    protected IPage Page { get; private set; } = null!;

    protected string DataFolder => Server.DataFolder;

    /// <summary>In the language that the visitor keeps.</summary>
    protected PageTexts Texts { get; set; } = PageTexts.English;

    protected UploadPage Uploads => new(Page, Texts);

    protected FilePage StoredFile => new(Page, Texts);

    protected AdminPage Admin => new(Page, Texts);

    protected Preferences Preferences => new(Page, Texts);

    protected ILocator Rows => Uploads.Rows;

    protected UploadRow Row => Uploads.Row;

    /// <summary>Settings of the server that differ from the defaults.</summary>
    protected virtual (string Key, string Value)[] Settings =>
        [("Uploads:ChunkSize", ChunkSize.ToString(CultureInfo.InvariantCulture))];

    /// <summary>The server's port; 0: a free one.</summary>
    protected virtual int Port => 0;

    /// <summary>Where it listens for https only.</summary>
    protected virtual X509Certificate2? Certificate => null;

    /// <summary>Whether one server does for all tests: nothing that one leaves there matters to the next.</summary>
    protected virtual bool SharesServer => false;

    /// <summary>Whether the test needs more of the browser than its engine.</summary>
    protected virtual bool NeedsWholeBrowser => false;

    /// <summary>What stands in front of the server; by <c>UPLOADER_PROXY</c> it can be chosen for a whole run.</summary>
    protected virtual ProxyKind Proxy =>
        Enum.TryParse<ProxyKind>(Environment.GetEnvironmentVariable("UPLOADER_PROXY"), ignoreCase: true, out var proxy)
        && Certificate is null
            ? proxy
            : ProxyKind.None;

    /// <summary>Then its certificate is one that only the test knows.</summary>
    protected bool IsProxied => Proxy != ProxyKind.None;

    /// <summary>Skips a test that is about another way to the server.</summary>
    protected void LeaveOutIfProxied() => Assume.That(IsProxied, Is.False, "It comes another way than by the proxy.");

    [OneTimeSetUp]
    public async Task TakeBrowser() => _browser = await Chromium.TakeAsync(NeedsWholeBrowser);

    [OneTimeTearDown]
    public async Task GiveBrowserBack()
    {
        if (SharesServer && Server is not null)
        {
            await Server.DisposeAsync();
        }

        if (_browser is not null)
        {
            Chromium.GiveBack(_browser, NeedsWholeBrowser);
        }
    }

    [SetUp]
    public async Task Open()
    {
        _complaints.Clear();
        Texts = PageTexts.English;
        _folder = new TempFolder();
        if (!SharesServer || Server is null)
        {
            var app = new UploaderApp(Settings, port: Port, certificate: Certificate);
            Server = await ProxiedServer.StartAsync(app, Proxy);
        }

        var options = ContextOptions();
        options.IgnoreHTTPSErrors = options.IgnoreHTTPSErrors == true || IsProxied;
        _context = await _browser.NewContextAsync(options);
        _context.SetDefaultTimeout(Chromium.Timeout);
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
        await CloseContextAsync();
        if (!SharesServer)
        {
            await Server.DisposeAsync();
        }

        _folder.Dispose();
        Assert.That(_complaints, Is.Empty, "The page complained.");
    }

    /// <summary>
    /// A request that a test still holds back is let go of first. And nobody waits for ever for Playwright to say that
    /// the context is gone: nothing of the test is left to be decided, and a run that never ends tells nothing at all.
    /// </summary>
    async Task CloseContextAsync()
    {
        try
        {
            await _context.UnrouteAllAsync(new() { Behavior = UnrouteBehavior.IgnoreErrors }).WaitAsync(Closing);
            await _context.CloseAsync().WaitAsync(Closing);
        }
        catch (TimeoutException)
        {
            await TestContext.Progress.WriteLineAsync($"{TestContext.CurrentContext.Test.Name}: not seen to close.");
        }
    }

    protected virtual BrowserNewContextOptions ContextOptions() => new();

    /// <summary>Goes to a server in a process of its own, which the test can kill and start again.</summary>
    protected async Task<RestartingServer> GoToProcessAsync()
    {
        await Server.DisposeAsync();
        var server = await RestartingServer.StartAsync(Directory.CreateDirectory(_folder.Combine("data")).FullName, Settings);
        Server = await ProxiedServer.StartAsync(server, Proxy);
        await Page.GotoAsync(Server.BaseAddress.ToString());
        return server;
    }

    protected async Task SignInAsync()
    {
        await Page.GotoAsync($"{Server.BaseAddress}admin");
        await Page.Labelled("Password").FillAsync(await Server.AdminPasswordAsync());
        await Page.Named(AriaRole.Button, "Sign in").ClickAsync();
        await Expect(Page).ToHaveURLAsync($"{Server.BaseAddress}admin");
    }

    /// <summary>A preference of the visitor, for the pages that come next.</summary>
    protected Task KeepAsync(string cookie, string value) =>
        Page.Context.AddCookiesAsync([new() { Name = cookie, Value = value, Url = Server.BaseAddress.ToString() }]);

    /// <summary>The language of the pages that come next.</summary>
    protected Task KeepLanguageAsync(string language)
    {
        Texts = PageTexts.In(language);
        return KeepAsync("uploader-language", language);
    }

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

    /// <summary>From the next page on, which is this one anew, the test can make its time go faster.</summary>
    protected async Task TakeTheClockAsync()
    {
        await Page.Clock.InstallAsync();
        await Page.ReloadAsync();
    }

    /// <summary>Passes the 10 s for which cancelling can be undone.</summary>
    protected Task SkipUndoingAsync() => Page.Clock.FastForwardAsync(10_000);

    protected UploadRow RowOf(string name) => Uploads.RowOf(name);

    protected Task PickAsync(params string[] paths) => Uploads.FileInput.SetInputFilesAsync(paths);

    /// <summary>
    /// Answers the browser's own picker. That a test will do so is told to the page on another way than keys and clicks
    /// take, and these may come first: then nobody can answer it. Whatever the page answers afterwards shows that it knows.
    /// </summary>
    protected static async Task ChooseAsync(IPage page, Func<Task> open, params string[] paths)
    {
        var chooser = await page.RunAndWaitForFileChooserAsync(async () =>
        {
            await page.EvaluateAsync("() => true");
            await open();
        });
        await chooser.SetFilesAsync(paths);
    }

    protected static Task BecomesAsync(UploadRow row, string state) =>
        Expect(row.Element).ToHaveAttributeAsync("data-state", state);

    /// <summary>Downloads what a finished row links to and compares it byte for byte.</summary>
    protected async Task IsStoredAsync(UploadRow row, string path)
    {
        await BecomesAsync(row, "done");
        var url = await row.Open(Path.GetFileName(path)).GetAttributeAsync("href");
        using var client = Server.NewHttpClient();
        var page = new Uri(Server.BaseAddress, url); // under whatever name the browser knows the server
        var stored = await client.GetByteArrayAsync(new Uri(Server.BaseAddress, $"{page.AbsolutePath}/download"));
        Assert.That(stored.AsSpan().SequenceEqual(File.ReadAllBytes(path)), Is.True, "The stored bytes differ.");
    }
}
