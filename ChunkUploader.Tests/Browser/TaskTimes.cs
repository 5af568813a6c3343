using System.Text.Json;
using Microsoft.Playwright;

namespace ChunkUploader.Tests.Browser;

/// <summary>
/// How long the tasks of a page's main thread keep it busy, by Chromium's own trace. Taken is the thread's processor time:
/// unlike the time between two frames it does not grow with what else the machine does.
/// </summary>
public sealed class TaskTimes
{
    const string Task = "RunTask";

    readonly ICDPSession _browser;
    readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

    TaskTimes(ICDPSession browser)
    {
        _browser = browser;
        browser.Event("Tracing.dataCollected").OnEvent += (_, data) => Add(data!.Value.GetProperty("value"));
        browser.Event("Tracing.tracingComplete").OnEvent += (_, _) => _complete.TrySetResult();
    }

    /// <summary>How many tasks there were. Changes, as <see cref="Longest"/> does, until <see cref="StopAsync"/> has ended.
    /// </summary>
    public int Count { get; private set; }

    /// <summary>Of the one that took longest.</summary>
    public TimeSpan Longest { get; private set; }

    public static async Task<TaskTimes> StartAsync(IPage page)
    {
        var times = new TaskTimes(await page.Context.NewCDPSessionAsync(page));
        await times._browser.SendAsync(
            "Tracing.start",
            new()
            {
                ["transferMode"] = "ReportEvents",
                ["traceConfig"] = new Dictionary<string, object>
                {
                    ["includedCategories"] = new[] { "disabled-by-default-devtools.timeline" },
                },
            });
        return times;
    }

    public async Task StopAsync()
    {
        await _browser.SendAsync("Tracing.end");
        await _complete.Task;
    }

    void Add(JsonElement events)
    {
        foreach (var one in events.EnumerateArray())
        {
            // The main thread of a process has the process's number.
            if (one.GetProperty("name").GetString() == Task && one.GetProperty("tid").GetInt64() == one.GetProperty("pid").GetInt64()
                && one.TryGetProperty("tdur", out var microseconds))
            {
                Count++;
                var duration = TimeSpan.FromMicroseconds(microseconds.GetInt64());
                Longest = duration > Longest ? duration : Longest;
            }
        }
    }
}
