using NUnit.Framework;

namespace ChunkUploader.Tests.Support.Core;

/// <summary>Waits for what happens on another thread, and no longer.</summary>
static class Until
{
    /// <summary>What takes longer never ends: a test is to fail then, not to hang.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static Task IsAsync(Func<bool> isSo) => IsAsync(() => Task.FromResult(isSo()));

    public static async Task IsAsync(Func<Task<bool>> isSo)
    {
        for (var tries = 0; !await isSo(); tries++)
        {
            Assert.That(tries, Is.LessThan(10_000), "It does not happen.");
            await Task.Delay(1);
        }
    }
}
