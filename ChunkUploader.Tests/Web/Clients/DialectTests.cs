using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Clients;

/// <summary>Tests that speak as the form clients do.</summary>
public abstract class DialectTests : ServedTests
{
    protected const int ChunkSize = 10_000;

    protected static IEnumerable<string> Clients => DialectClients.All.Keys;

    protected static int CountOf(string client, TestFile file) =>
        FormChunk.CountOf(file.Size, ChunkSize, DialectClients.All[client].JoinsTail);

    protected async Task<ApiAnswer> SendAsync(string client, TestFile file, IEnumerable<int> order)
    {
        var (joinsTail, fields) = DialectClients.All[client];
        ApiAnswer? answer = null;
        foreach (var piece in order.Select(index => new FormChunk(file, index, ChunkSize, joinsTail)))
        {
            answer = await Client.PostAsync("upload", fields(piece), piece.Bytes);
            Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        }

        return answer!;
    }

    protected Task<ApiAnswer> PostAsync(MultipartFormDataContent form) =>
        Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "upload") { Content = form });

    protected Task<ApiAnswer> AskAsync(string client, TestFile file, int index)
    {
        var (joinsTail, fields) = DialectClients.All[client];
        return Client.AskAsync("upload", fields(new FormChunk(file, index, ChunkSize, joinsTail)));
    }

    protected async Task IsStoredAsync(ApiAnswer answer, TestFile file)
    {
        var stored = answer["file"];
        Assert.That(stored.GetProperty("size").GetInt64(), Is.EqualTo(file.Size), answer.ToString());
        var bytes = await Client.GetAsync(stored.GetProperty("downloadUrl").GetString()!.TrimStart('/'));
        Assert.That(bytes.Body.AsSpan().SequenceEqual(file.Bytes), Is.True, "The stored bytes differ.");
    }
}
