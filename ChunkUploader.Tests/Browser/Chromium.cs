using System.Collections.Concurrent;
using Microsoft.Playwright;
using NUnit.Framework;

namespace ChunkUploader.Tests.Browser;

/// <summary>
/// The browsers of all browser tests: as many as fixtures run at the same time, since Playwright's objects are not made
/// for several threads. Each test has a context, and so a visitor, of its own.
/// </summary>
[SetUpFixture]
[Parallelizable(ParallelScope.Self | ParallelScope.Fixtures)]
public sealed class Chromium
{
    /// <summary>A host name that leads here but, other than localhost, is not a secure context on plain http.</summary>
    public const string PlainHost = "uploader.test";

    /// <summary>Milliseconds. Generous: tests wait for states, and a loaded machine may take its time to reach
    /// them.</summary>
    public const float Timeout = 60_000;

    static readonly ConcurrentBag<IPlaywright> All = [];
    static readonly ConcurrentBag<IBrowser> FreeWholes = [];
    static readonly ConcurrentBag<IBrowser> FreeShells = [];

    public static string ExecutablePath { get; } =
        Environment.GetEnvironmentVariable("CHROME_PATH") ?? "/usr/bin/chromium";

    /// <summary>The same engine in a program without what surrounds pages, which takes less of the processor; where it is
    /// not installed, the whole one.</summary>
    static readonly string ShellPath =
        Environment.GetEnvironmentVariable("CHROME_PATH") is null && File.Exists("/usr/bin/chromium-headless-shell")
            ? "/usr/bin/chromium-headless-shell"
            : ExecutablePath;

    /// <summary>What a browser is started with that is only for tests.</summary>
    public static IReadOnlyList<string> Arguments { get; } =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
        "--disable-background-networking", "--disable-component-update",
        $"--host-resolver-rules=MAP {PlainHost} 127.0.0.1",
        // Pages that a test makes up come from no address, so the browser takes them for the internet's.
        "--disable-features=LocalNetworkAccessChecks",
    ];

    [OneTimeSetUp]
    public void LookForIt()
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

        Assertions.SetDefaultExpectTimeout(Timeout);
    }

    /// <summary>A browser that nobody else uses until it is given back.</summary>
    /// <param name="isWhole">With wake locks, notifications, settings for sites …</param>
    public static async Task<IBrowser> TakeAsync(bool isWhole)
    {
        if ((isWhole ? FreeWholes : FreeShells).TryTake(out var free))
        {
            return free;
        }

        var playwright = await Playwright.CreateAsync();
        All.Add(playwright);
        return await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = isWhole ? ExecutablePath : ShellPath,
            Headless = true,
            Args = Arguments,
        });
    }

    public static void GiveBack(IBrowser browser, bool isWhole) => (isWhole ? FreeWholes : FreeShells).Add(browser);

    [OneTimeTearDown]
    public async Task Stop()
    {
        foreach (var browser in FreeWholes.Concat(FreeShells))
        {
            await browser.CloseAsync();
        }

        foreach (var playwright in All)
        {
            playwright.Dispose();
        }
    }
}
