using NUnit.Framework;

namespace ChunkUploader.Tests.Support;

/// <summary>Waits for a state that nobody announces.</summary>
public static class Eventually
{
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    public static Task Is(Func<bool> state, string what) => Is(() => Task.FromResult(state()), what);

    public static async Task Is(Func<Task<bool>> state, string what)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        while (!await state())
        {
            Assert.That(
                timeout.IsCancellationRequested, NUnit.Framework.Is.False, $"in {Timeout.TotalSeconds} s: {what}");
            await Task.Delay(10, CancellationToken.None);
        }
    }
}
