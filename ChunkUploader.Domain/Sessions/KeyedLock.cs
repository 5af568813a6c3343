namespace ChunkUploader.Domain.Sessions;

/// <summary>Where one process serves the database. The locks are striped, so unrelated keys may share one, if rarely.
/// </summary>
public sealed class KeyedLock : IKeyedLock
{
    readonly SemaphoreSlim[] _stripes = [.. Enumerable.Range(0, 1024).Select(_ => new SemaphoreSlim(1, 1))];

    public async Task<T> RunExclusiveAsync<T>(string key, Func<Task<T>> act, CancellationToken ct)
    {
        var stripe = _stripes[(uint)key.GetHashCode(StringComparison.Ordinal) % _stripes.Length];
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
