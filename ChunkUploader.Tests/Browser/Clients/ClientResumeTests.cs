using NUnit.Framework;

namespace ChunkUploader.Tests.Browser.Clients;

[TestFixture]
public sealed class ClientResumeTests : ClientPageTests
{
    const int ChunkCount = 12;
    const int Half = 6;

    /// <summary>With the posts after the reload.</summary>
    static IEnumerable<object[]> Resuming =>
    [
        [ClientLibrary.Flow, Half],
        [ClientLibrary.Resumable, Half],
        [ClientLibrary.SimpleUploader, Half],
        [ClientLibrary.WebUploader, Half],
        [ClientLibrary.Plupload, Half + 2], // sends the first one to learn the rest, and another one to be compared
        [ClientLibrary.FineUploader, Half + 1], // says when all are sent
        [ClientLibrary.BootstrapFileInput, Half + 2], // asks with a form, so that one chunk less was in
        [ClientLibrary.NgFileUpload, Half],
    ];

    static IEnumerable<object> StartingOver =>
    [
        ClientLibrary.Dropzone, ClientLibrary.JQueryFileUpload, ClientLibrary.DevExtreme, ClientLibrary.Kendo,
        ClientLibrary.Syncfusion, ClientLibrary.HugeUploader,
    ];

    [TestCaseSource(nameof(Resuming))]
    public async Task Sends_only_what_is_missing_when_the_file_is_picked_again(object client, int sent)
    {
        var file = MakeFile("film.bin", ChunkCount * ClientChunk);
        var page = await OpenAsync((ClientLibrary)client);
        await InterruptAsync(page, file);
        var posts = await WatchAsync();
        await page.PickAsync(file);
        await IsStoredAsync((await page.EndAsync())[0], file);
        Assert.That(posts.Accepted, Is.EqualTo(sent));
    }

    [TestCaseSource(nameof(StartingOver))]
    public async Task Sends_all_again_and_ends_well(object client)
    {
        var file = MakeFile("film.bin", ChunkCount * ClientChunk);
        var page = await OpenAsync((ClientLibrary)client);
        await InterruptAsync(page, file);
        var posts = await WatchAsync();
        await page.PickAsync(file);

        await IsStoredAsync((await page.EndAsync())[0], file);
        Assert.That(posts.Accepted, Is.EqualTo(ChunkCount));
    }

    [Test]
    public async Task Simple_uploader_asks_once_for_all_chunks()
    {
        var file = MakeFile("film.bin", ChunkCount * ClientChunk);
        var page = await OpenAsync(ClientLibrary.SimpleUploader);
        await InterruptAsync(page, file);
        var questions = 0;
        Page.Request += (_, request) =>
            questions += request.Method == "GET" && request.Url.Contains("/upload?") ? 1 : 0;
        await page.PickAsync(file);

        await IsStoredAsync((await page.EndAsync())[0], file);
        Assert.That(questions, Is.EqualTo(1));
    }

    /// <summary>One that sends several chunks at a time, some that send them in turn, each with a retry of its own, and
    /// how many posts that takes; the others are told the same.</summary>
    static IEnumerable<object[]> Surviving =>
    [
        [ClientLibrary.Flow, ChunkCount],
        [ClientLibrary.Resumable, ChunkCount],
        [ClientLibrary.SimpleUploader, ChunkCount],
        [ClientLibrary.Dropzone, ChunkCount],
        [ClientLibrary.Plupload, ChunkCount],
        [ClientLibrary.JQueryFileUpload, ChunkCount],
        [ClientLibrary.Kendo, ChunkCount],
        [ClientLibrary.Syncfusion, ChunkCount],
        [ClientLibrary.NgFileUpload, ChunkCount + Half], // a server that has just begun wants to compare the first one
        [ClientLibrary.HugeUploader, ChunkCount],
    ];

    [TestCaseSource(nameof(Surviving))]
    public async Task Lives_through_a_server_that_is_killed_and_started_again(object client, int sent)
    {
        var server = await GoToProcessAsync();
        var file = MakeFile("film.bin", ChunkCount * ClientChunk);
        var posts = await WatchAsync(passing: Half);
        var page = await OpenAsync((ClientLibrary)client);
        await page.PickAsync(file);
        await posts.HeldAsync();

        var noticed = new TaskCompletionSource();
        Page.RequestFailed += (_, _) => noticed.TrySetResult();
        await server.KillAsync();
        posts.Release();
        await noticed.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await server.StartAgainAsync();

        await IsStoredAsync((await page.EndAsync())[0], file);
        Assert.That(posts.Accepted, Is.EqualTo(sent), "No chunk that was in was sent again.");
    }

    /// <summary>Sends half of the chunks and reloads the page.</summary>
    async Task InterruptAsync(ClientPage page, string file)
    {
        var posts = await WatchAsync(passing: Half);
        await page.PickAsync(file);
        await posts.HeldAsync();
        await page.ReloadAsync();
        posts.Drop();
        await Page.UnrouteAllAsync();
    }
}
