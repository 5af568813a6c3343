using Inner = System.Threading.Tasks.TaskCompletionSource;

namespace ChunkUploader.Tests.Interleavings.Scenarios;

/// <summary>
/// In place of the system's, whose continuations, where they are asynchronous, <c>WhenAll</c> and <c>WhenAny</c> run on the
/// thread pool, beside the scheduler. Here they are a task of their own that the scheduler knows.
/// </summary>
sealed class ControlledCompletionSource(TaskCreationOptions options)
{
    readonly Inner _inner = new(options);

    public Task Task => FollowAsync();

    public void SetResult() => _inner.SetResult();

    public bool TrySetResult() => _inner.TrySetResult();

    public void SetException(Exception exception) => _inner.SetException(exception);

    async Task FollowAsync() => await _inner.Task;
}
