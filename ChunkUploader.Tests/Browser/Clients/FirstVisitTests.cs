using ChunkUploader.Tests.Support;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Browser.Clients;

/// <summary>Pages that upload here and have never seen a page of this server, of this origin or of another one.</summary>
[TestFixture]
public sealed class FirstVisitTests : ClientPageTests
{
    const int ChunkCount = 12;
    const int Half = 6;
    static readonly string OtherSites =
        Documents.Clients.Split("**Other sites.**", 2)[1].Split("**Plain forms**", 2)[0];

    readonly Uri _other = new($"http://{Chromium.PlainHost}:{Ports.Next()}/");

    protected override int Port => _other.Port;

    protected override bool SharesServer => true;

    protected override (string, string)[] Settings => [("Cors:Origins", _other.GetLeftPart(UriPartial.Authority))];

    /// <summary>With the posts after the reload, and how its snippet takes the headers of its own for other
    /// sites.</summary>
    static readonly object[][] Clients =
    [
        [ClientLibrary.Flow, Half, Option("headers", "target:")],
        [ClientLibrary.Resumable, Half, Option("headers", "target:")],
        [ClientLibrary.SimpleUploader, Half, Option("headers", "target:")],
        [ClientLibrary.Dropzone, ChunkCount, Option("headers", "url:")],
        [ClientLibrary.FineUploader, Half + 1, Into("endpoint: '/upload' }", "endpoint: '/upload', customHeaders: headers }")],
        [
            ClientLibrary.WebUploader, Half,
            Into("chunks }))", "chunks }), { headers })") + Option("headers", "server:"),
        ],
        [ClientLibrary.Plupload, Half + 2, Option("headers", "url:") + Into("{ method:", "{ headers, method:")],
        [ClientLibrary.JQueryFileUpload, ChunkCount, Option("headers", "url:")],
        [ClientLibrary.BootstrapFileInput, Half + 2, Option("ajaxSettings: { headers }", "uploadUrl:")],
        [ClientLibrary.DevExtreme, ChunkCount, Option("uploadHeaders: headers", "uploadUrl:")],
        [
            ClientLibrary.Kendo, ChunkCount,
            Option(
                "upload: ({ XMLHttpRequest: xhr }) => xhr.addEventListener('readystatechange', "
                + "() => xhr.readyState === 1 && xhr.setRequestHeader('X-Upload-Owner', owner))",
                "async:"),
        ],
        [
            ClientLibrary.Syncfusion, ChunkCount,
            Into(
                "  event.customFormData",
                "  event.currentRequest.setRequestHeader('X-Upload-Owner', owner); event.customFormData"),
        ],
        [
            ClientLibrary.NgFileUpload, Half,
            Option("headers: { ...headers }", "url:") + Into("file.size }))", "file.size }), { headers })"),
        ],
        [ClientLibrary.HugeUploader, ChunkCount, Option("headers: { ...headers }", "file,")],
        [
            ClientLibrary.FilePond, 1,
            Option("headers", "url:") + Into("revert: '/upload'", "revert: { url: '/upload', headers }"),
        ],
        [ClientLibrary.Md5, Half, Into("{ method:", "{ headers, method:")],
        [
            ClientLibrary.FileHash, Half,
            Into("headers: {", "headers: { ...headers,")
                + Into("{ body: form }", "{ headers, body: form }"),
        ],
    ];

    static IEnumerable<object[]> OnThisOrigin => Clients.Select(row => row[..2]);

    [TestCaseSource(nameof(OnThisOrigin))]
    public async Task Goes_on_after_a_reload_on_this_origin(object client, int sent)
    {
        await Page.Context.ClearCookiesAsync();
        await ResumesAsync(await OpenAsync((ClientLibrary)client), (ClientLibrary)client, sent);
    }

    [TestCaseSource(nameof(Clients))]
    public async Task Goes_on_after_a_reload_on_another_origin(object client, int sent, object change)
    {
        var page = await OpenElsewhereAsync((ClientLibrary)client, Change);
        var unnamed = new List<string>();
        Page.Request += (_, request) =>
        {
            if (request.Url.StartsWith($"{Server.BaseAddress}", StringComparison.Ordinal)
                && !request.Headers.ContainsKey("x-upload-owner"))
            {
                unnamed.Add($"{request.Method} {request.Url}");
            }
        };
        await ResumesAsync(page, (ClientLibrary)client, sent);
        Assert.That(unnamed, Is.Empty);

        string Change(string snippet)
        {
            var changed = ((Changes)change).Make(snippet);
            foreach (var said in OptionsOf((ClientLibrary)client))
            {
                Assert.That(changed, Does.Contain(said), "CLIENTS.md says something else.");
            }

            return OtherSites.Split("```js\n", 2)[1].Split("```", 2)[0] + changed;
        }
    }

    /// <summary>What the table in CLIENTS.md says of a client, each piece of code.</summary>
    static IEnumerable<string> OptionsOf(ClientLibrary client)
    {
        var name = IsOwnCode(client) ? "a `fetch` of your own" : client.Name;
        var row = OtherSites.Split('\n')
            .Select(line => line.Split(" | "))
            .Single(cells => cells is [var clients, _] && clients.TrimStart('|', ' ').Split(", ").Contains(name));
        return row[1].Split('`').Where((_, index) => index % 2 == 1);
    }

    [Test]
    public void The_documents_say_which_send_all_again()
    {
        var (before, after) = Documents.Clients.Split("picked again, flow.js,", 2)[1].Split("send all again.", 2)[0]
            .Split("send only what is missing;", 2) is [var first, var second]
            ? ($"flow.js,{first}", second)
            : ("", "");
        foreach (var (client, sent) in Clients.Select(row => ((ClientLibrary)row[0], (int)row[1])))
        {
            if (client != ClientLibrary.FilePond && !IsOwnCode(client))
            {
                var name = client.Name.Split(' ')[0];
                Assert.That(
                    (before.Contains(name), after.Contains(name)),
                    Is.EqualTo((sent < ChunkCount, sent == ChunkCount)),
                    client.Name);
            }
        }
    }

    [Test]
    public void All_clients_are_tried() =>
        Assert.That(Clients.Select(row => row[0]), Is.SupersetOf(ClientLibrary.All));

    [Test]
    public async Task Goes_on_after_a_reload_on_another_origin_that_names_no_owner() =>
        await ResumesAsync(await OpenElsewhereAsync(ClientLibrary.Flow, snippet => snippet), ClientLibrary.Flow, Half);

    async Task ResumesAsync(ClientPage page, ClientLibrary client, int sent)
    {
        var file = MakeFile("film.bin", ChunkCount * ClientChunk);
        var posts = await WatchAsync(client == ClientLibrary.FilePond ? 0 : Half);
        await StartAsync();
        await posts.HeldAsync();
        await page.ReloadAsync();
        posts.Drop();
        await Page.UnrouteAllAsync();

        posts = await WatchAsync();
        await StartAsync();
        await IsStoredAsync((await page.EndAsync())[0], file);
        Assert.That(posts.Accepted, Is.EqualTo(sent));

        Task<ChunkPosts> WatchAsync(int passing = int.MaxValue) =>
            ChunkPosts.WatchAsync(Page, passing, IsOwnCode(client) ? "/chunked/chunk" : "/upload");

        async Task StartAsync()
        {
            await page.PickAsync(file);
            if (IsOwnCode(client))
            {
                var md5 = Sample.Md5Of(File.ReadAllBytes(file));
                await Page.EvaluateAsync($"void upload(document.querySelector('#files').files[0], '{md5}')");
            }
        }
    }

    /// <summary>A function of the page's own, which a script has to call.</summary>
    static bool IsOwnCode(ClientLibrary client) => client == ClientLibrary.Md5 || client == ClientLibrary.FileHash;

    Task<ClientPage> OpenElsewhereAsync(ClientLibrary client, Func<string, string> change) =>
        ClientPage.OpenAsync(
            Page,
            _other,
            client,
            ClientChunk,
            snippet => new[] { "upload", "chunked" }.Aggregate(
                change(snippet), (text, path) => text.Replace($"'/{path}", $"'{Server.BaseAddress}{path}")));

    static Changes Option(string option, string before) => Into(before, $"{option}, {before}");

    static Changes Into(string from, string to) => new([(from, to)]);

    /// <summary>What its reader changes in a snippet.</summary>
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
