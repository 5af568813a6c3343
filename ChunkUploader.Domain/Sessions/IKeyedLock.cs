namespace ChunkUploader.Domain.Sessions;

/// <summary>
/// Mutual exclusion by key, between all that serve the same database: what is done under one key is done one after the
/// other. Whoever holds one takes no other, as two keys may share a lock.
/// </summary>
public interface IKeyedLock
{
    /// <param name="key">Says what is locked, and for what.</param>
    Task<T> RunExclusiveAsync<T>(string key, Func<Task<T>> act, CancellationToken ct);

    /// <inheritdoc cref="RunExclusiveAsync{T}"/>
    Task RunExclusiveAsync(string key, Func<Task> act, CancellationToken ct) =>
        RunExclusiveAsync(
            key,
            async () =>
            {
                await act();
                return true;
            },
            ct);
}
