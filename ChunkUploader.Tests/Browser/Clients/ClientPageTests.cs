using System.Text.Json;
using NUnit.Framework;

namespace ChunkUploader.Tests.Browser.Clients;

/// <summary>Clients that others have written, as they come from npm, in a page of somebody else's.</summary>
public abstract class ClientPageTests : BrowserTests
{
    /// <summary>Bytes; what is shown holds for any size.</summary>
    protected const int ClientChunk = 64 * 1024;

    private protected Task<ClientPage> OpenAsync(
        ClientLibrary client, int chunkSize = ClientChunk, Func<string, string>? change = null) =>
        ClientPage.OpenAsync(Page, Server.BaseAddress, client, chunkSize, change);

    private protected Task<ChunkPosts> WatchAsync(int passing = int.MaxValue) =>
        ChunkPosts.WatchAsync(Page, passing, "/upload");

    /// <summary>Downloads what a client says is stored.</summary>
    protected async Task<byte[]> DownloadAsync(JsonElement outcome)
    {
        Assert.That(outcome.TryGetProperty("downloadUrl", out var url), Is.True, $"{outcome}");
        using var client = Server.NewHttpClient();
        return await client.GetByteArrayAsync(new Uri(url.GetString()!, UriKind.Relative));
    }

    /// <summary>Downloads what a client says is stored, and compares it byte for byte.</summary>
    protected async Task IsStoredAsync(JsonElement outcome, string path)
    {
        var stored = await DownloadAsync(outcome);
        Assert.That(outcome.GetProperty("name").GetString(), Is.EqualTo(Path.GetFileName(path)));
        Assert.That(stored.AsSpan().SequenceEqual(File.ReadAllBytes(path)), Is.True, "The stored bytes differ.");
    }
}
