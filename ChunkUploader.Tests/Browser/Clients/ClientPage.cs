using System.Text.Json;
using ChunkUploader.Tests.Support;
using Microsoft.Playwright;
using NUnit.Framework;

namespace ChunkUploader.Tests.Browser.Clients;

/// <summary>Somebody's page with a form client in it, made by its snippet in CLIENTS.md.</summary>
sealed class ClientPage
{
    const string DocumentedChunkSize = "8 * 1024 * 1024";
    const string Path = "client-page";

    readonly IPage _page;
    readonly ClientLibrary _client;
    readonly string _html;

    ClientPage(IPage page, ClientLibrary client, string html) => (_page, _client, _html) = (page, client, html);

    /// <param name="origin">Where the page comes from; need not be the uploader's own.</param>
    /// <param name="chunkSize">In bytes, instead of the snippet's.</param>
    /// <param name="change">Changes the snippet.</param>
    public static async Task<ClientPage> OpenAsync(
        IPage page, Uri origin, ClientLibrary client, int chunkSize, Func<string, string>? change = null)
    {
        var snippet = SnippetOf(client.Name).Replace(DocumentedChunkSize, $"{chunkSize}", StringComparison.Ordinal);
        var opened = new ClientPage(page, client, Html(client, change?.Invoke(snippet) ?? snippet));
        await opened.LoadAsync(() => page.GotoAsync($"{origin}{Path}"));
        return opened;
    }

    public Task PickAsync(params string[] paths) => _page.Locator(_client.Input).First.SetInputFilesAsync(paths);

    /// <summary>Waits until the client has ended this many files, well or not.</summary>
    /// <returns>What became of each, in the order of their ends: the stored file, or an <c>error</c>.</returns>
    public async Task<IReadOnlyList<JsonElement>> EndAsync(int count = 1)
    {
        await _page.WaitForFunctionAsync("count => outcomes.length >= count", count);
        using var outcomes = JsonDocument.Parse(await _page.EvaluateAsync<string>("JSON.stringify(outcomes)"));
        return [.. outcomes.RootElement.EnumerateArray().Select(outcome => outcome.Clone())];
    }

    /// <summary>Reloads the page: the client forgets what it has not stored.</summary>
    public Task ReloadAsync() => LoadAsync(() => _page.ReloadAsync());

    /// <summary>Nothing is left to be intercepted afterwards: all requests would go through Playwright, with their
    /// bodies.</summary>
    async Task LoadAsync(Func<Task> load)
    {
        const string Route = $"**/{Path}";
        await _page.Context.RouteAsync(Route, route => route.FulfillAsync(new() { ContentType = "text/html", Body = _html }));
        await load();
        await _page.Context.UnrouteAsync(Route);
    }

    static string SnippetOf(string name) =>
        Documents.Clients.Split($"\n#### {name}\n", 2)[1].Split("```js\n", 2)[1].Split("```", 2)[0];

    static string Html(ClientLibrary client, string snippet) =>
        $$"""
        <!doctype html>
        <input id="files" type="file" multiple>
        <div><button id="pick">Pick</button></div>
        <div id="drop">Drop</div>
        {{string.Concat(client.Scripts.Select(Script))}}
        <script>
        const outcomes = [];
        const show = file => outcomes.push(file ?? { error: 'The last answer had no file.' });
        const failed = reason => outcomes.push({ error: reason });
        </script>
        <script>{{snippet}}</script>
        <script>{{client.Failure}}</script>
        """;

    static string Script(string script) => script.EndsWith(".js", StringComparison.Ordinal)
        ? $"<script src='{PackageServer.Address}{script}'></script>\n"
        : $"<script>{script}</script>\n";
}
