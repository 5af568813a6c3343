namespace ChunkUploader.Tests.Interleavings.Scenarios;

/// <summary>What tasks have for <see cref="TimeProvider"/> and <see cref="ConfigureAwaitOptions"/>, as the scheduler knows
/// it. No request of a scenario is given up, so cancellation is left out.</summary>
static class ControlledTasks
{
    extension(Task task)
    {
        public async Task WaitAsync(TimeSpan timeout, TimeProvider time, CancellationToken ct = default)
        {
            ct.ThrowIfCancellationRequested();
            var due = time.GetUtcNow() + timeout;
            if (time.TimesOut && await Task.WhenAny(task, Task.Delay(timeout, CancellationToken.None)) != task)
            {
                time.AdvanceTo(due);
                throw new TimeoutException();
            }

            await task;
        }

        public async Task ConfigureAwait(ConfigureAwaitOptions options)
        {
            try
            {
                await task;
            }
            catch (Exception) when (options == ConfigureAwaitOptions.SuppressThrowing)
            {
                // Whoever waits looks at the task.
            }
        }

        public static Task Delay(TimeSpan delay, TimeProvider time, CancellationToken ct) =>
            throw new NotSupportedException($"No scenario comes to a delay of {delay} from {time.GetUtcNow()} on, {ct}.");
    }
}
