using System.Diagnostics;
using System.Globalization;
using ChunkUploader.Tests.Support;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

/// <summary>The programs in API.md do what it says, as they stand.</summary>
[TestFixture]
[Platform("Linux")]
public sealed class DocumentedScriptTests : ServedTests
{
    const int ChunkSize = 256 * 1024;
    const int MaxFileSize = 20 * 1024 * 1024;
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    readonly ChunkGate _gate = new();
    TempFolder _folder = null!;

    protected override (string Key, string Value)[] Settings =>
        [("Uploads:ChunkSize", $"{ChunkSize}"), ("Uploads:MaxFileSize", $"{MaxFileSize}")];

    protected override void Replace(IServiceCollection services) => services.AddSingleton<IStartupFilter>(_gate);

    [SetUp]
    public void MakeFolder()
    {
        Programs.Require("curl");
        _folder = new TempFolder();
        _gate.Taken.Clear();
        _gate.LetsPass = ChunkGate.All;
    }

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [TestCase("film.mp4", (5 * ChunkSize) + 7)]
    [TestCase("with \"quotes\"; a semicolon, and 中文.bin", ChunkSize)]
    [TestCase("empty.txt", 0)]
    public async Task The_upload_script_prints_the_address_of_the_file(string name, int size)
    {
        var file = Save(TestFile.Random(size, name));

        var (exitCode, output, errors) = await UploadAsync(file);

        Assert.That((exitCode, errors), Is.EqualTo((0, "")), errors);
        await AssertStoredAsync(output, file, isInstant: false);
        Assert.That(TakenChunks, Is.EqualTo(Enumerable.Range(0, (size + ChunkSize - 1) / ChunkSize)));
    }

    [Test]
    public async Task Killed_and_started_again_it_sends_no_chunk_twice()
    {
        var file = Save(TestFile.Random((5 * ChunkSize) + 7));
        var isThere = new TaskCompletionSource();
        _gate.LetsPass = async context =>
        {
            if (IndexOf(context.Request.Path) < 2)
            {
                return true;
            }

            isThere.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return false;
        };
        using (var killed = Start("bash", "bash", _folder.Combine(file.Name), Server))
        {
            await isThere.Task.WaitAsync(Limit);
            killed.Kill(entireProcessTree: true);
            await killed.WaitForExitAsync();
        }

        var before = TakenChunks;
        _gate.LetsPass = ChunkGate.All;
        var (exitCode, output, errors) = await UploadAsync(file);

        Assert.That(before, Is.EqualTo([0, 1]));
        Assert.That(exitCode, Is.Zero, errors);
        Assert.That(TakenChunks, Is.EqualTo([0, 1, 2, 3, 4, 5]));
        Assert.That(_gate.Taken.Select(path => path.Split('/')[2]).Distinct().Count(), Is.EqualTo(1), "one session");
        await AssertStoredAsync(output, file, isInstant: false);
    }

    [Test]
    public async Task What_may_pass_is_tried_again()
    {
        var file = Save(TestFile.Random(2 * ChunkSize));
        var requests = 0;
        _gate.LetsPass = async context =>
        {
            switch (++requests)
            {
                case 1:
                    context.Abort();
                    return false;
                case 2:
                    await context.Request.Body.ReadExactlyAsync(new byte[1]); // which was asked for with status 100
                    context.Abort();
                    return false;
                case 3:
                    context.Response.StatusCode = StatusCodes.Status409Conflict;
                    context.Response.Headers.RetryAfter = "0";
                    return false;
                default:
                    return true;
            }
        };

        var (exitCode, output, errors) = await UploadAsync(file);

        Assert.That(exitCode, Is.Zero, errors);
        Assert.That(TakenChunks, Is.EqualTo([0, 1]));
        await AssertStoredAsync(output, file, isInstant: false);
    }

    [Test]
    public async Task At_a_refusal_it_stops_and_shows_it()
    {
        var requests = 0;
        _gate.LetsPass = context =>
        {
            requests++;
            context.Response.StatusCode = StatusCodes.Status409Conflict;
            return Task.FromResult(false);
        };
        await using (var large = File.Create(_folder.Combine("large.bin")))
        {
            large.SetLength(MaxFileSize + 1);
        }

        var tooLarge = await RunAsync("bash", "bash", _folder.Combine("large.bin"), Server);
        var refused = await UploadAsync(Save(TestFile.Random(ChunkSize)));

        Assert.That((tooLarge.ExitCode, tooLarge.Output), Is.EqualTo((1, "")));
        Assert.That(tooLarge.Errors, Does.Contain("file-too-large"));
        Assert.That((refused.ExitCode, refused.Output, requests), Is.EqualTo((1, "", 1)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task The_proof_in_Python_gets_a_file_that_is_stored_here(bool isStored)
    {
        var file = Save(TestFile.Random(9_000_000));
        if (isStored)
        {
            await Client.UploadAsync(file.Named("of somebody else.bin"));
        }

        var (exitCode, output, errors) = await RunAsync("python3", "python", _folder.Combine(file.Name), Server);

        Assert.That(exitCode, Is.Zero, errors);
        if (isStored)
        {
            await AssertStoredAsync(output, file, isInstant: true);
        }
        else
        {
            Assert.That(output, Is.EqualTo("It has to be sent.\n"));
        }
    }

    string Server => App.Address.ToString().TrimEnd('/');

    List<int> TakenChunks => [.. _gate.Taken.Select(path => IndexOf(path))];

    static int IndexOf(string? path) => int.Parse(path!.Split('/')[^1], CultureInfo.InvariantCulture);

    TestFile Save(TestFile file)
    {
        File.WriteAllBytes(_folder.Combine(file.Name), file.Bytes);
        return file;
    }

    Task<(int ExitCode, string Output, string Errors)> UploadAsync(TestFile file) =>
        RunAsync("bash", "bash", _folder.Combine(file.Name), Server);

    async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        string program, string language, params string[] arguments)
    {
        using var process = Start(program, language, arguments);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync().WaitAsync(Limit);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            process.Kill(entireProcessTree: true); // does nothing where it has ended
        }
    }

    /// <summary>Starts the program that is shown in a language, with a home folder of its own.</summary>
    Process Start(string program, string language, params string[] arguments)
    {
        var script = _folder.Combine("script");
        File.WriteAllText(script, Documents.ExampleIn(Documents.Api, language));
        return Process.Start(new ProcessStartInfo(Programs.Require(program), [script, .. arguments])
        {
            Environment = { ["HOME"] = _folder.Path, ["TMPDIR"] = _folder.Path },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    /// <param name="output">The printed address.</param>
    async Task AssertStoredAsync(string output, TestFile file, bool isInstant)
    {
        Assert.That(output, Does.StartWith($"{Server}/files/").And.EndWith("\n"));
        using var asked = new HttpRequestMessage(HttpMethod.Get, new Uri(output.Trim()).PathAndQuery);
        asked.Headers.Accept.ParseAdd("application/json");
        var stored = await Client.SendAsync(asked);
        Assert.That(stored["name"].GetString(), Is.EqualTo(file.Name));
        Assert.That(stored["instant"].GetBoolean(), Is.EqualTo(isInstant));
        var download = await Client.GetAsync(stored["downloadUrl"].GetString()!);
        Assert.That(download.Body.AsSpan().SequenceEqual(file.Bytes));
    }
}
