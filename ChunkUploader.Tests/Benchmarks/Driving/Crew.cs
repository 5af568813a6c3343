using System.Runtime.ExceptionServices;

namespace ChunkUploader.Tests.Benchmarks.Driving;

/// <summary>Threads that work side by side, each on blocking calls of its own.</summary>
static class Crew
{
    /// <summary>Runs the work in so many threads, from 0 on, and waits for all of them.</summary>
    public static void Work(int count, Action<int> work)
    {
        Exception? first = null;
        var threads = Enumerable.Range(0, count).Select(number => new Thread(() =>
        {
            try
            {
                work(number);
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref first, exception, null);
            }
        }) { IsBackground = true }).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        if (first is not null)
        {
            ExceptionDispatchInfo.Throw(first);
        }
    }
}
