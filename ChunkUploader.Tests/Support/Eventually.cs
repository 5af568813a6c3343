using NUnit.Framework;

namespace ChunkUploader.Tests.Support;

/// <summary>Waits for a state that nobody announces.</summary>
public static class Eventually
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static Task Is(Func<bool> state, string what) => Is(() => Task.FromResult(state()), what);

    public static async Task Is(Func<Task<bool>> state, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await state())
        {
            Assert.That(
                patience.IsCancellationRequested, NUnit.Framework.Is.False, $"in {Patience.TotalSeconds} s: {what}");
            await Task.Delay(10, CancellationToken.None);
        }
    }
}
