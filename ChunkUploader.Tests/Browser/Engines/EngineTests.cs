using System.Diagnostics;
using System.Text.Json;
using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Browser.Engines;

/// <summary>
/// What people do on the page, in the engines that the other browser tests do not use: these know Chromium. The flows are
/// in <c>flows.mjs</c>.
/// </summary>
[TestFixture("firefox", "firefox-esr")]
[TestFixture("webkit", "WebKitWebDriver", "Xvfb")]
[Category("Browser")]
[Platform("Linux")]
public sealed class EngineTests(string engine, params string[] programs)
{
    /// <summary>As <c>flows.mjs</c> counts chunks.</summary>
    const int ChunkSize = 256 * 1024;

    static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5); // more than run.mjs has
    static readonly string Scripts = Path.Combine(ProjectFolders.Tests, "Browser", "Engines");

    static readonly string[] Flows =
        ["upload", "pause", "reload", "instant", "folder", "drop", "cancel", "offline", "language", "no script", "phone"];

    readonly TempFolder _folder = new();
    UploaderApp? _app;
    Process? _runner;

    [OneTimeSetUp]
    public async Task Start()
    {
        Array.ForEach(programs, program => Programs.Require(program));
        _app = new UploaderApp([("Uploads:ChunkSize", $"{ChunkSize}")]);
        _runner = Process.Start(new ProcessStartInfo("node", ["run.mjs", engine, $"{_app.Address}", _folder.Path])
        {
            WorkingDirectory = Scripts,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Assert.That(await ReadAsync(), Is.EqualTo(string.Join(',', Flows)));
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_runner is not null)
        {
            _runner.StandardInput.Close();
            await _runner.WaitForExitAsync().WaitAsync(Timeout);
            _runner.Dispose();
        }

        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _folder.Dispose();
    }

    [TestCaseSource(nameof(Flows))]
    public async Task The_page_works(string flow)
    {
        await _runner!.StandardInput.WriteLineAsync(flow);
        var answer = await ReadAsync();
        if (answer != "ok")
        {
            Screenshots.Keep(_folder.Combine($"{engine} {flow}.png"));
            Assert.Fail(JsonSerializer.Deserialize<string>(answer)!);
        }
    }

    async Task<string> ReadAsync() =>
        await _runner!.StandardOutput.ReadLineAsync().WaitAsync(Timeout)
        ?? throw new InvalidOperationException("The browser's driver has ended.");
}
