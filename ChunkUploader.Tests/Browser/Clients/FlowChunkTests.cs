using NUnit.Framework;

namespace ChunkUploader.Tests.Browser.Clients;

/// <summary>However flow.js cuts a file and sends its pieces.</summary>
[TestFixture]
public sealed class FlowChunkTests : ClientPageTests
{
    const int Chunk = 64 * 1024;
    const string Shuffled = "shuffled";

    [Test]
    public async Task Takes_sizes_around_the_edges_in_any_order(
        [Values] bool forceChunkSize, [Values(1, 6)] int simultaneousUploads)
    {
        int[] sizes =
        [
            0, 1, Chunk - 1, Chunk, Chunk + 1, (2 * Chunk) - 1, 2 * Chunk, (2 * Chunk) + 1, (9 * Chunk) + 5,
        ];
        var files = sizes
            .SelectMany(size => new[] { $"{size}.bin", $"{Shuffled}-{size}.bin" }.Select(name => MakeFile(name, size)))
            .ToDictionary(file => Path.GetFileName(file));
        var page = await OpenAsync(ClientLibrary.Flow, Chunk, snippet => snippet
            .Replace("new Flow({", $$"""
                new Flow({ forceChunkSize: {{(forceChunkSize ? "true" : "false")}},
                  simultaneousUploads: {{simultaneousUploads}},
                """)
            .Replace("flow.upload()", $$"""
                {
                  flow.files.filter(file => file.name.startsWith('{{Shuffled}}'))
                    .forEach(file => file.chunks.sort(() => Math.random() - 0.5));
                  flow.upload();
                }
                """));
        await page.PickAsync([.. files.Values]);

        foreach (var outcome in await page.EndAsync(files.Count))
        {
            Assert.That(outcome.TryGetProperty("name", out var name), Is.True, $"{outcome}");
            Assert.That(files.Remove(name.GetString()!, out var file), Is.True);
            await IsStoredAsync(outcome, file!);
        }

        Assert.That(files, Is.Empty);
    }
}
