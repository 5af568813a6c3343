using Microsoft.Playwright;
using NUnit.Framework;

namespace ChunkUploader.Tests.Browser;

/// <summary>The browser of all browser tests. Each test has a context, and so a visitor, of its own.</summary>
[SetUpFixture]
public sealed class Chromium
{
    /// <summary>A host name that leads here but, other than localhost, is not a secure context on plain http.</summary>
    public const string PlainHost = "uploader.test";

    static IPlaywright? _playwright;

    public static string ExecutablePath { get; } =
        Environment.GetEnvironmentVariable("CHROME_PATH") ?? "/usr/bin/chromium";

    /// <summary>What a browser is started with that is only for tests.</summary>
    public static IReadOnlyList<string> Arguments { get; } =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
        "--disable-background-networking", "--disable-component-update",
        $"--host-resolver-rules=MAP {PlainHost} 127.0.0.1",
        // Pages that a test makes up come from no address, so the browser takes them for the internet's.
        "--disable-features=LocalNetworkAccessChecks",
    ];

    public static IBrowser Browser { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        if (!File.Exists(ExecutablePath))
        {
            const string Missing = "The browser tests need Chromium: apt-get install chromium, or set CHROME_PATH.";
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                Assert.Fail(Missing);
            }

            Assert.Ignore(Missing);
        }

        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = ExecutablePath,
            Headless = true,
            Args = Arguments,
        });
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_playwright is not null)
        {
            await Browser.CloseAsync();
            _playwright.Dispose();
        }
    }
}
