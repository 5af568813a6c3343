using System.Diagnostics;
using System.Text.Json;
using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Client;

/// <summary>Runs the checks of the TypeScript sources, which are written in TypeScript.</summary>
[TestFixture]
public sealed class ClientTests
{
    [Test]
    public void Every_test_of_the_client_passes()
    {
        using var folder = new TempFolder();
        var report = folder.Combine("report.json");
        var (_, output) = Npm("test", "--", "--reporter=json", $"--outputFile={report}");
        Assert.That(report, Does.Exist, output);

        using var results = JsonDocument.Parse(File.ReadAllText(report));
        var tests = results.RootElement.GetProperty("testResults").EnumerateArray().ToList();
        var failures = tests
            .SelectMany(file => file.GetProperty("assertionResults").EnumerateArray())
            .Where(test => test.GetProperty("status").GetString() != "passed")
            .Select(test => $"{test.GetProperty("fullName")}: {test.GetProperty("failureMessages")}")
            .ToList();
        TestContext.Out.WriteLine($"{results.RootElement.GetProperty("numTotalTests")} client tests.");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(failures, Is.Empty);
            Assert.That(results.RootElement.GetProperty("success").GetBoolean(), Is.True, output);
            Assert.That(results.RootElement.GetProperty("numPassedTests").GetInt32(), Is.Positive);
        }
    }

    [Test]
    public void The_client_has_no_lint()
    {
        var (exitCode, output) = Npm("run", "lint");
        Assert.That(exitCode, Is.Zero, output);
    }

    static (int ExitCode, string Output) Npm(params string[] arguments)
    {
        var start = new ProcessStartInfo(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", arguments)
        {
            WorkingDirectory = ProjectFolders.Client,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }
}
