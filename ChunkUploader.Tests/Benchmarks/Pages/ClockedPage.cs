using System.Text.Json;

namespace ChunkUploader.Tests.Benchmarks.Pages;

/// <summary>A page that uploads, with a clock in it.</summary>
sealed class ClockedPage : IAsyncDisposable
{
    /// <summary>Notes when files were picked, in milliseconds since 1970.</summary>
    const string Clock =
        """
        const now = () => performance.timeOrigin + performance.now();
        let picked;
        addEventListener('change', () => { picked ??= now(); }, true);
        """;

    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan Timeout = TimeSpan.FromMinutes(10);

    readonly BrowserTab _tab;
    readonly UploadingPage _kind;

    ClockedPage(BrowserTab tab, UploadingPage kind) => (_tab, _kind) = (tab, kind);

    public static async Task<ClockedPage> OpenAsync(UploadingPage kind, Uri server)
    {
        var tab = await BrowserTab.OpenAsync();
        await kind.OpenAsync(tab, server);
        await tab.EvaluateAsync(Clock);
        return new ClockedPage(tab, kind);
    }

    /// <summary>Picks a file, or all files of a folder.</summary>
    /// <returns>When the page was told.</returns>
    public async Task<DateTimeOffset> PickAsync(string path)
    {
        await _tab.PickAsync(Directory.Exists(path) ? _kind.FolderInput : _kind.FileInput, path);
        JsonElement picked;
        while ((picked = await _tab.EvaluateAsync("picked")).ValueKind != JsonValueKind.Number)
        {
            await Task.Delay(Interval); // a folder is read first
        }

        return TimeOf(picked.GetDouble());
    }

    /// <summary>Picks a file, or all files of a folder, and waits until that many are stored.</summary>
    public async Task<PageTimes> UploadAsync(string path, int files)
    {
        var idle = _tab.Memory.Read();
        var peak = idle;
        using var uploading = new CancellationTokenSource(Timeout);
        var picked = await PickAsync(path);
        while ((await _tab.EvaluateAsync(_kind.StoredCount)).GetInt32() < files)
        {
            peak = Math.Max(peak, _tab.Memory.Read());
            await Task.Delay(Interval, uploading.Token);
        }

        return new PageTimes(TimeOf((await _tab.EvaluateAsync("now()")).GetDouble()) - picked, peak - idle);
    }

    public ValueTask DisposeAsync() => _tab.DisposeAsync();

    static DateTimeOffset TimeOf(double milliseconds) => DateTimeOffset.UnixEpoch.AddMilliseconds(milliseconds);
}

/// <param name="Stored">From the pick until all files were.</param>
/// <param name="Memory">Bytes by which the browser's largest use was above that before the pick.</param>
sealed record PageTimes(TimeSpan Stored, long Memory);
