using System.Text.Json;
using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Benchmarks;

/// <summary>That the benchmarks run; how fast anything is, they say when they are run for that.</summary>
[TestFixture]
public class BenchmarkTests
{
    [Test]
    public async Task Measure_and_judge_what_is_asked_for()
    {
        Assume.That(Machine.Objection(), Is.Null);
        using var folder = new TempFolder();
        var (json, output) = (folder.Combine("figures.json"), new StringWriter());

        var exitCode = await BenchmarkRun.RunAsync(
            ["--tiny", "--folder", folder.Path, "--json", json, "chunks of 8 MiB, server on one core", "alone"],
            output,
            TextWriter.Null);

        Assert.That(exitCode, Is.Zero);
        var measured = JsonDocument.Parse(await File.ReadAllTextAsync(json)).RootElement;
        var rows = measured.GetProperty("sections")[0].GetProperty("rows").EnumerateArray().ToList();
        Assert.That(rows, Has.Count.EqualTo(5), "three servers and two digests");
        Assert.That(
            rows.Select(row => row.GetProperty("figures").GetProperty("wall, s").GetProperty("Median").GetDouble()),
            Is.All.Positive);
        Assert.That(measured.GetProperty("goals").EnumerateArray().Count(), Is.EqualTo(2));
        Assert.That(output.ToString(), Does.Contain("## Goals").And.Contain(json));
        Assert.That(Directory.EnumerateDirectories(folder.Path), Is.Empty);
    }
}
