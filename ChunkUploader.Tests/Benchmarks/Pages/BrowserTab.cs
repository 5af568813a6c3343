using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using ChunkUploader.Tests.Browser;
using ChunkUploader.Tests.Support;

namespace ChunkUploader.Tests.Benchmarks.Pages;

/// <summary>
/// A page in a browser of its own. It is spoken to by the DevTools protocol alone, with nothing switched on: a tool that
/// also watches the network takes a quarter of the time of many small requests.
/// </summary>
sealed partial class BrowserTab : IAsyncDisposable
{
    readonly TempFolder _profile = new();
    readonly Process _process;
    readonly ClientWebSocket _socket = new();
    int _calls;

    BrowserTab()
    {
        var start = new ProcessStartInfo(
            Chromium.ExecutablePath,
            [
                .. Chromium.Arguments, "--headless", "--remote-debugging-port=0", $"--user-data-dir={_profile.Path}",
                "about:blank",
            ]) { RedirectStandardError = true, RedirectStandardOutput = true };
        _process = Process.Start(start)!;
        Memory = new ProcessMemory(_process.Id);
    }

    public ProcessMemory Memory { get; }

    public static async Task<BrowserTab> OpenAsync()
    {
        var tab = new BrowserTab();
        try
        {
            await tab.ConnectAsync();
            return tab;
        }
        catch
        {
            await tab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens an address and waits until all of it is there.</summary>
    public async Task GoToAsync(Uri address)
    {
        await CallAsync("Page.navigate", new { url = address.ToString() });
        while ((await EvaluateAsync("location.href !== 'about:blank' && document.readyState")).ToString() != "complete")
        {
            await Task.Delay(50);
        }
    }

    /// <summary>The value of a JavaScript expression.</summary>
    public async Task<JsonElement> EvaluateAsync(string expression)
    {
        var answer = await CallAsync("Runtime.evaluate", new { expression, returnByValue = true, awaitPromise = true });
        return answer.TryGetProperty("exceptionDetails", out var details)
            ? throw new InvalidOperationException(details.ToString())
            : answer.GetProperty("result").TryGetProperty("value", out var value) ? value : default;
    }

    /// <summary>Has an input's files picked.</summary>
    /// <param name="input">JavaScript.</param>
    /// <param name="paths">Files, or a folder for an input that takes one.</param>
    public async Task PickAsync(string input, params string[] paths)
    {
        var found = await CallAsync("Runtime.evaluate", new { expression = input });
        var objectId = found.GetProperty("result").GetProperty("objectId").GetString();
        await CallAsync("DOM.setFileInputFiles", new { objectId, files = paths });
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _profile.Dispose();
    }

    async Task ConnectAsync()
    {
        using var http = new HttpClient { BaseAddress = await FindAddressAsync() };
        var targets = (await http.GetFromJsonAsync<JsonElement[]>("json"))!;
        var page = targets.Single(target => target.GetProperty("type").GetString() == "page");
        await _socket.ConnectAsync(new Uri(page.GetProperty("webSocketDebuggerUrl").GetString()!), default);
    }

    async Task<Uri> FindAddressAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            if (DevToolsAddress().Match(line) is { Success: true } match)
            {
                _ = _process.StandardError.ReadToEndAsync(); // it must not wait for somebody to read on
                return new Uri($"http://{match.Groups[1].Value}/");
            }
        }

        throw new InvalidOperationException("Chromium has ended before it listened.");
    }

    async Task<JsonElement> CallAsync(string method, object parameters)
    {
        var call = ++_calls;
        var request = JsonSerializer.SerializeToUtf8Bytes(new { id = call, method, @params = parameters });
        await _socket.SendAsync(request, WebSocketMessageType.Text, endOfMessage: true, default);
        while (true)
        {
            using var message = new MemoryStream();
            var buffer = new byte[1 << 16];
            ValueWebSocketReceiveResult received;
            do
            {
                received = await _socket.ReceiveAsync(buffer.AsMemory(), default);
                message.Write(buffer, 0, received.Count);
            }
            while (!received.EndOfMessage);

            var answer = JsonSerializer.Deserialize<JsonElement>(message.ToArray());
            if (answer.TryGetProperty("id", out var id) && id.GetInt32() == call)
            {
                return answer.TryGetProperty("result", out var result)
                    ? result
                    : throw new InvalidOperationException(answer.ToString());
            }
        }
    }

    [GeneratedRegex("ws://([^/]+)/")]
    private static partial Regex DevToolsAddress();
}
