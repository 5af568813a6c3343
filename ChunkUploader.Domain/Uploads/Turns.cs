namespace ChunkUploader.Domain.Uploads;

/// <summary>
/// Lets those through one by one who are after the same thing. Unrelated ones may share a turn, if rarely.
/// </summary>
public sealed class Turns
{
    readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, 1024).Select(_ => new SemaphoreSlim(1, 1))];

    /// <param name="thing">Its hash code.</param>
    public Task TakeAsync(int thing, Func<Task> act, CancellationToken ct) =>
        TakeAsync(
            thing,
            async () =>
            {
                await act();
                return true;
            },
            ct);

    /// <inheritdoc cref="TakeAsync(int, Func{Task}, CancellationToken)"/>
    public async Task<T> TakeAsync<T>(int thing, Func<Task<T>> act, CancellationToken ct)
    {
        var turn = _turns[(uint)thing % _turns.Length];
        await turn.WaitAsync(ct);
        try
        {
            return await act();
        }
        finally
        {
            turn.Release();
        }
    }
}
