using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace ChunkUploader.Tests.Browser;

/// <summary>
/// Watches a page's chunk posts and can hold them back, so that a test acts exactly when some are in and the others are
/// not.
/// </summary>
sealed class ChunkPosts
{
    readonly ConcurrentQueue<int> _statuses = [];
    readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly int _passing;
    int _seen;

    ChunkPosts(int passing) => _passing = passing;

    /// <summary>Posts that were answered with 200.</summary>
    public int Accepted => _statuses.Count(status => status == 200);

    /// <param name="passing">How many posts go through before the others are held back.</param>
    public static async Task<ChunkPosts> WatchAsync(IPage page, int passing = int.MaxValue)
    {
        var posts = new ChunkPosts(passing);
        page.Response += posts.Note;
        await page.RouteAsync("**/uploads/*/chunks", posts.PassAsync);
        return posts;
    }

    /// <summary>Ends when all that may pass are answered, and one more is waiting.</summary>
    public Task HeldAsync() => Task.WhenAll(_held.Task, _answered.Task).WaitAsync(TimeSpan.FromMinutes(1));

    public void Release() => _released.TrySetResult();

    async Task PassAsync(IRoute route)
    {
        if (Interlocked.Increment(ref _seen) > _passing && !_released.Task.IsCompleted)
        {
            _held.TrySetResult();
            await _released.Task;
        }

        try
        {
            await route.ContinueAsync();
        }
        catch (PlaywrightException)
        {
            // The page that had sent it is gone.
        }
    }

    void Note(object? sender, IResponse response)
    {
        if (response.Request.Method == "POST" && response.Url.EndsWith("/chunks", StringComparison.Ordinal))
        {
            _statuses.Enqueue(response.Status);
            if (Accepted >= _passing)
            {
                _answered.TrySetResult();
            }
        }
    }
}
