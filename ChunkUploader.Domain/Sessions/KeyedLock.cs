namespace ChunkUploader.Domain.Sessions;

/// <summary>
/// Mutual exclusion by key: what is done under one key is done one after the other. The locks are striped, so unrelated
/// keys may share one, if rarely.
/// </summary>
public sealed class KeyedLock
{
    readonly SemaphoreSlim[] _stripes = [.. Enumerable.Range(0, 1024).Select(_ => new SemaphoreSlim(1, 1))];

    /// <param name="key">The hash code of what is locked.</param>
    public Task RunExclusiveAsync(int key, Func<Task> act, CancellationToken ct) =>
        RunExclusiveAsync(
            key,
            async () =>
            {
                await act();
                return true;
            },
            ct);

    /// <inheritdoc cref="RunExclusiveAsync(int, Func{Task}, CancellationToken)"/>
    public async Task<T> RunExclusiveAsync<T>(int key, Func<Task<T>> act, CancellationToken ct)
    {
        var stripe = _stripes[(uint)key % _stripes.Length];
        await stripe.WaitAsync(ct);
        try
        {
            return await act();
        }
        finally
        {
            stripe.Release();
        }
    }
}
