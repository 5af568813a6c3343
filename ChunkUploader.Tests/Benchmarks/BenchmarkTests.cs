using System.Text.Json;
using ChunkUploader.Tests.Browser;
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
        Assert.That(rows.Select(row => FigureOf(row, "wall, s")), Is.All.Positive);
        Assert.That(measured.GetProperty("goals").EnumerateArray().Count(), Is.EqualTo(2));
        Assert.That(output.ToString(), Does.Contain("## Goals").And.Contain(json));
        Assert.That(Directory.EnumerateDirectories(folder.Path), Is.Empty);
    }

    [Test]
    [Category("Browser")]
    public async Task Measure_pages_in_a_browser()
    {
        Assume.That(Machine.Objection(), Is.Null);
        Assume.That(Chromium.ExecutablePath, Does.Exist);
        using var folder = new TempFolder();
        var json = folder.Combine("figures.json");

        var exitCode = await BenchmarkRun.RunAsync(
            ["--tiny", "--folder", folder.Path, "--json", json, "its start, this", "of 10 KiB"],
            TextWriter.Null,
            TextWriter.Null);

        Assert.That(exitCode, Is.Zero);
        var rows = JsonDocument.Parse(await File.ReadAllTextAsync(json)).RootElement
            .GetProperty("sections")[0].GetProperty("rows").EnumerateArray().ToList();
        Assert.That(rows, Has.Count.EqualTo(3), "a start, and files from both pages");
        Assert.That(FigureOf(rows[0], "pick to first byte, ms"), Is.Positive);
        Assert.That(rows.Skip(1).Select(row => FigureOf(row, "files a second")), Is.All.Positive);
    }

    static double FigureOf(JsonElement row, string name) =>
        row.GetProperty("figures").GetProperty(name).GetProperty("Median").GetDouble();
}
