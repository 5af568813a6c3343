using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using ChunkUploader.Tests.Support;
using ChunkUploader.Web.Errors;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

/// <summary>What the documents say is what is there.</summary>
[TestFixture]
[Platform("Linux")]
public sealed class DocumentTests
{
    [Test]
    public async Task The_walk_with_curl_works_as_it_stands()
    {
        using var folder = new TempFolder();
        await using var server = await ServerProcess.StartAsync(folder.Combine("data"));
        var film = RandomNumberGenerator.GetBytes((20 * 1024 * 1024) + 7);
        var work = Directory.CreateDirectory(folder.Combine("work")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(work, "film.mp4"), film);
        var script = Documents.ExampleIn(Documents.Api, "sh")
            .Replace("http://localhost:5080", server.BaseAddress.ToString().TrimEnd('/'));

        var output = await RunAsync(work, $"set -e\ncurl() {{ command curl -sS \"$@\"; echo; }}\n{script}");

        var last = output.Trim().Split('\n')[^1];
        using var session = JsonDocument.Parse(last);
        Assert.That(session.RootElement.GetProperty("state").GetString(), Is.EqualTo("completed"), output);
        var url = session.RootElement.GetProperty("file").GetProperty("downloadUrl").GetString();
        using var client = new HttpClient { BaseAddress = server.BaseAddress };
        Assert.That((await client.GetByteArrayAsync(new Uri(url!, UriKind.Relative))).AsSpan().SequenceEqual(film), Is.True);
    }

    [Test]
    public void Every_error_code_has_its_row()
    {
        var rows = ErrorTable.Rows.Values.Select(row => $"| {row.Status} | `{row.Code}` |");
        foreach (var row in rows.Append($"| 403 | `{ErrorTable.CrossSite}` |"))
        {
            Assert.That(Documents.Api, Does.Contain(row));
        }

        foreach (var code in ErrorTable.Codes)
        {
            Assert.That(Documents.Api, Does.Contain($" | `{code}` |"));
        }
    }

    [Test]
    public void Every_setting_has_its_row()
    {
        var settings = typeof(ChunkUploader.Web.Configuration.UploaderSettings).GetProperties()
            .SelectMany(group => group.PropertyType.IsClass && group.PropertyType != typeof(string)
                ? group.PropertyType.GetProperties().Select(setting => $"| `{group.Name}:{setting.Name}` |")
                : [$"| `{group.Name}` |"]);
        foreach (var setting in settings)
        {
            Assert.That(Documents.Operations, Does.Contain(setting));
        }
    }

    static async Task<string> RunAsync(string folder, string script)
    {
        var start = new ProcessStartInfo("bash", ["-c", script])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, $"{output}\n{await errors}");
        return output;
    }
}
