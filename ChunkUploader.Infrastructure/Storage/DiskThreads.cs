using System.Collections.Concurrent;

namespace ChunkUploader.Infrastructure.Storage;

/// <summary>
/// A few threads that wait for the disk. A flush blocks its thread for as long as the disk takes; on the threads of the
/// pool, of which there are as many as cores, a few flushes would keep all other requests waiting.
/// </summary>
static class DiskThreads
{
    const int Count = 8;
    static readonly BlockingCollection<Action> Waiting = Start();

    public static Task RunAsync(Action work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Waiting.Add(() =>
        {
            try
            {
                work();
                done.SetResult();
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        });
        return done.Task;
    }

    static BlockingCollection<Action> Start()
    {
        var waiting = new BlockingCollection<Action>();
        for (var i = 0; i < Count; i++)
        {
            new Thread(() => Work(waiting)) { IsBackground = true, Name = $"{nameof(DiskThreads)} {i}" }.Start();
        }

        return waiting;
    }

    static void Work(BlockingCollection<Action> waiting)
    {
        foreach (var work in waiting.GetConsumingEnumerable())
        {
            work();
        }
    }
}
