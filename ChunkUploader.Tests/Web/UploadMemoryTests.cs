using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

/// <summary>Measures what the whole process takes, so nothing else runs meanwhile.</summary>
[TestFixture]
[NonParallelizable]
public class UploadMemoryTests : ServedTests
{
    const int MiB = 1024 * 1024;

    [Test]
    [CancelAfter(60_000)]
    public async Task Chunks_of_64_MiB_are_never_held_in_memory(CancellationToken ct)
    {
        var piece = new byte[MiB];
        var session = await Client.BeginAsync("big chunks.bin", 3L * 64 * MiB, ("chunkSize", 64 * MiB));
        await Client.GetSessionAsync(session.Id);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        await Task.WhenAll(Enumerable.Range(0, 3).Select(async index =>
        {
            using var connection = new RawConnection(App.Address, Client.Owner!);
            await connection.SendHeadAsync("PUT", $"uploads/{session.Id}/chunks/{index}", 64 * MiB);
            for (var i = 0; i < 64; i++)
            {
                await connection.Stream.WriteAsync(piece, ct);
            }

            Assert.That((await connection.ReadAnswerAsync()).Status, Is.EqualTo(200));
        }));

        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        await TestContext.Out.WriteLineAsync($"{allocated / 1024} KiB were allocated");
        Assert.That(allocated, Is.LessThan(24 * MiB), "for 192 MiB that were received");
    }
}
