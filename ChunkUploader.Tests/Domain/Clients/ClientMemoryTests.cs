using ChunkUploader.Domain.Chunks;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Clients;

/// <summary>Measures what the whole process holds, so nothing else runs meanwhile.</summary>
[TestFixture]
[NonParallelizable]
public class ClientMemoryTests : ClientFixture
{
    const int Uploads = 100;
    const int Rounds = 3;
    const int MaxBytesEach = 48 * 1024; // 14 KiB were seen, and 143 KiB with a map of all that was announced

    [Test]
    public async Task Memory_follows_what_was_received_and_not_what_was_announced()
    {
        await SendAsync(Announced("the first one"), 0, [1]);
        var bytes = long.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            // What other tests have left running only adds to it.
            bytes = Math.Min(bytes, await MeasureAsync(round));
        }

        await TestContext.Out.WriteLineAsync($"{bytes} bytes for one of a million announced chunks");
        Assert.That(bytes, Is.LessThan(MaxBytesEach));

    }

    async Task<long> MeasureAsync(int round)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var upload = 0; upload < Uploads; upload++)
        {
            await SendAsync(Announced($"upload {upload} of round {round}"), 0, [1]);
        }

        return (GC.GetTotalMemory(forceFullCollection: true) - before) / Uploads;
    }

    static ChunkUploader.Domain.Clients.ChunkedFile Announced(string key) =>
        FileOf(ChunkPlan.Open(count: ChunkPlan.MaxChunks), key);
}
