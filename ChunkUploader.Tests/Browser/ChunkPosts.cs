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
    readonly string _path;
    int _seen;
    bool _isDropped;

    ChunkPosts(int passing, string path)
    {
        (_passing, _path) = (passing, path);
        if (passing == 0)
        {
            _answered.SetResult();
        }
    }

    /// <summary>Posts that were answered with 200.</summary>
    public int Accepted => _statuses.Count(status => status == 200);

    /// <param name="passing">How many posts go through before the others are held back.</param>
    /// <param name="path">What the path of their URL ends with.</param>
    public static async Task<ChunkPosts> WatchAsync(IPage page, int passing = int.MaxValue, string path = "/chunks")
    {
        var posts = new ChunkPosts(passing, path);
        page.Response += posts.Note;
        if (passing != int.MaxValue)
        {
            await page.RouteAsync(posts.IsOne, posts.PassAsync); // has its price where nothing is held back
        }

        return posts;
    }

    /// <summary>Ends when all that may pass are answered, and one more is waiting.</summary>
    public Task HeldAsync() => Task.WhenAll(_held.Task, _answered.Task).WaitAsync(TimeSpan.FromMinutes(1));

    public void Release() => _released.TrySetResult();

    /// <summary>Lets go of the posts of a page that is gone: none of them reaches the server, not for a moment.</summary>
    public void Drop()
    {
        Volatile.Write(ref _isDropped, true);
        Release();
    }

    bool IsOne(string url) => new Uri(url).AbsolutePath.EndsWith(_path, StringComparison.Ordinal);

    async Task PassAsync(IRoute route)
    {
        if (route.Request.Method == "POST"
            && Interlocked.Increment(ref _seen) > _passing && !_released.Task.IsCompleted)
        {
            _held.TrySetResult();
            await _released.Task;
        }

        try
        {
            await (Volatile.Read(ref _isDropped) && route.Request.Method == "POST"
                ? route.AbortAsync()
                : route.ContinueAsync());
        }
        catch (PlaywrightException)
        {
            // The page that had sent it is gone.
        }
    }

    void Note(object? sender, IResponse response)
    {
        if (response.Request.Method == "POST" && IsOne(response.Url))
        {
            _statuses.Enqueue(response.Status);
            if (Accepted >= _passing)
            {
                _answered.TrySetResult();
            }
        }
    }
}
