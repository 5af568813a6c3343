using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Browser.Clients;

/// <summary>Pages that upload here and have never seen a page of this server, of this origin or of another one.</summary>
[TestFixture]
public sealed class FirstVisitTests : ClientTests
{
    const int ChunkCount = 12;
    const int Half = 6;
    readonly Uri _other = new($"http://{Chromium.PlainHost}:{Ports.Next()}/");

    protected override int Port => _other.Port;

    protected override (string, string)[] Settings => [("Cors:Origins", _other.GetLeftPart(UriPartial.Authority))];

    /// <summary>With the posts after the reload, and how the README's snippet takes the headers of its own for other
    /// sites.</summary>
    static readonly object[][] Clients =
    [
        [FormClient.Flow, Half, Option("target:")],
        [FormClient.Resumable, Half, Option("target:")],
        [FormClient.SimpleUploader, Half, Option("target:")],
        [FormClient.Dropzone, ChunkCount, Option("url:")],
        [FormClient.FineUploader, Half + 1, Into("endpoint: '/upload' }", "endpoint: '/upload', customHeaders: headers }")],
        [
            FormClient.WebUploader, Half,
            Into("chunks }))", "chunks }), { headers })") + Option("server:"),
        ],
        [FormClient.Plupload, Half + 1, Option("url:") + Into("{ method:", "{ headers, method:")],
        [FormClient.JQueryFileUpload, ChunkCount, Option("url:")],
    ];

    static IEnumerable<object[]> OnThisOrigin => Clients.Select(row => row[..2]);

    [TestCaseSource(nameof(OnThisOrigin))]
    public async Task Goes_on_after_a_reload_on_this_origin(object client, int sent)
    {
        await Page.Context.ClearCookiesAsync();
        await ResumesAsync(await OpenAsync((FormClient)client), sent);
    }

    [TestCaseSource(nameof(Clients))]
    public async Task Goes_on_after_a_reload_on_another_origin(object client, int sent, object change)
    {
        var owner = ClientPage.Readme.Split("**Other sites.**", 2)[1].Split("```js\n", 2)[1].Split("```", 2)[0];
        await ResumesAsync(await OpenElsewhereAsync(
            (FormClient)client, snippet => owner + ((Changes)change).Make(snippet)), sent);
    }

    [Test]
    public async Task Goes_on_after_a_reload_on_another_origin_that_names_no_owner() =>
        await ResumesAsync(await OpenElsewhereAsync(FormClient.Flow, snippet => snippet), Half);

    async Task ResumesAsync(ClientPage page, int sent)
    {
        var file = MakeFile("film.bin", ChunkCount * FormChunk);
        var posts = await WatchAsync(passing: Half);
        await page.PickAsync(file);
        await posts.HeldAsync();
        await page.ReloadAsync();
        posts.Release();
        await Page.UnrouteAllAsync();

        posts = await WatchAsync();
        await page.PickAsync(file);
        await IsStoredAsync((await page.EndAsync())[0], file);
        Assert.That(posts.Accepted, Is.EqualTo(sent));
    }

    Task<ClientPage> OpenElsewhereAsync(FormClient client, Func<string, string> change) =>
        ClientPage.OpenAsync(
            Page,
            _other,
            client,
            FormChunk,
            snippet => change(snippet).Replace("'/upload", $"'{Server.BaseAddress}upload", StringComparison.Ordinal));

    static Changes Option(string before) => Into(before, $"headers, {before}");

    static Changes Into(string from, string to) => new([(from, to)]);

    /// <summary>What the reader of the README changes in a snippet.</summary>
    sealed record Changes((string From, string To)[] All)
    {
        public static Changes operator +(Changes one, Changes more) => new([.. one.All, .. more.All]);

        public string Make(string snippet)
        {
            foreach (var (from, to) in All)
            {
                Assert.That(snippet, Does.Contain(from));
                snippet = snippet.Replace(from, to, StringComparison.Ordinal);
            }

            return snippet;
        }

        public override string ToString() => string.Join(", ", All.Select(change => change.To));
    }
}
