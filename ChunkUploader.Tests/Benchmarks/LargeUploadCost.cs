using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Benchmarks;

/// <summary>
/// What an upload in order costs the server, which is a process of its own: its peak memory, and the time from the last
/// chunk's answer to the end of complete. The content has no digests said ahead and differs each time.
/// </summary>
/// <remarks><c>dotnet test -c Release --filter LargeUploadCost --logger "console;verbosity=detailed"</c></remarks>
[TestFixture, Explicit("A measurement.")]
public sealed class LargeUploadCost
{
    const int MiB = 1024 * 1024;
    const int ChunkSize = 8 * MiB;
    const int Parallel = 3;

    [TestCase(256)]
    [TestCase(2048)]
    [TestCase(256)]
    [TestCase(2048)]
    public async Task In_order(int sizeInMiB)
    {
        using var folder = new TempFolder();
        await using var server = await ServerProcess.StartAsync(folder.Combine("data"));
        using var client = new UploadClient(server.BaseAddress);
        var content = RandomNumberGenerator.GetBytes(ChunkSize * 2);
        var session = await client.BeginAsync("large.bin", (long)sizeInMiB * MiB, ("chunkSize", ChunkSize));
        var start = Stopwatch.GetTimestamp();
        await System.Threading.Tasks.Parallel.ForEachAsync(
            Enumerable.Range(0, (int)((long)sizeInMiB * MiB / ChunkSize)),
            new ParallelOptions { MaxDegreeOfParallelism = Parallel },
            async (index, _) =>
            {
                var answer = await client.PostChunkAsync(
                    session.Id, index, content.AsMemory(index % ChunkSize, ChunkSize));
                Assert.That(answer.Status, Is.EqualTo(200));
            });
        var sent = Stopwatch.GetElapsedTime(start);
        start = Stopwatch.GetTimestamp();
        var completed = await client.CompleteAsync(session.Id);
        var completing = Stopwatch.GetElapsedTime(start);
        Assert.That(completed["state"].GetString(), Is.EqualTo("completed"));
        TestContext.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{sizeInMiB} MiB: {sizeInMiB / sent.TotalSeconds:0} MiB/s, "
            + $"complete {completing.TotalMilliseconds:0} ms, peak memory {PeakMemory(server.ProcessId)} MiB"));
    }

    static long PeakMemory(int process) =>
        long.Parse(
            File.ReadLines($"/proc/{process}/status")
                .Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
            CultureInfo.InvariantCulture) / 1024;
}
