using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Clients;

/// <summary>Clients that ask are told which chunks are in.</summary>
[TestFixture]
public sealed class AskedChunkTests : DialectTests
{
    static IEnumerable<string> AskingClients => Clients.Except(["Dropzone", "Fine Uploader"]);

    [Test]
    public async Task Tells_which_chunks_are_in([ValueSource(nameof(AskingClients))] string client)
    {
        var file = TestFile.Random(35_000);
        Assert.That((await AskAsync(client, file, 0)).Status, Is.EqualTo(204));
        await SendAsync(client, file, DialectClients.ByName.Contains(client) ? [0, 1] : [1, 0]);
        Assert.That((await AskAsync(client, file, 0)).Status, Is.EqualTo(200));
        Assert.That((await AskAsync(client, file, 1)).Status, Is.EqualTo(200));
        Assert.That((await AskAsync(client, file, 2)).Status, Is.EqualTo(204));
    }

    [Test]
    public async Task Lists_what_is_in_as_the_client_counts()
    {
        var file = TestFile.Random(35_000);
        var first = await SendAsync("simple-uploader.js", file, [2, 0]);
        Assert.That(first["received"].ToString(), Is.EqualTo("[1,3]"));
        Assert.That(
            (await AskAsync("simple-uploader.js", file, 0))["received"].ToString(), Is.EqualTo("[1,3]"));
    }
}
