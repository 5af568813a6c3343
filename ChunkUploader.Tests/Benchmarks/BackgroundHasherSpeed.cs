using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Infrastructure.Storage;
using ChunkUploader.Tests.Support;
using ChunkUploader.Tests.Support.Core;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace ChunkUploader.Tests.Benchmarks;

/// <summary>
/// What it costs the process to hash several uploads that are behind, at once and one after the other, from the page
/// cache; with the digests of their blocks known, as of chunks of whole blocks, and not.
/// </summary>
/// <remarks>
/// <c>dotnet test -c Release --filter BackgroundHasherSpeed --logger "console;verbosity=detailed"</c>
/// </remarks>
[TestFixture, Explicit("A measurement.")]
public class BackgroundHasherSpeed
{
    const int Length = 16 * Sample.MiB;
    const int Rounds = 12;

    [TestCase(1, true)]
    [TestCase(2, true)]
    [TestCase(4, true)]
    [TestCase(8, true)]
    [TestCase(16, true)]
    [TestCase(16, false)]
    public async Task Of_uploads_that_are_behind(int count, bool blocksAreKnown)
    {
        using var folder = new TempFolder();
        var store = new FileSystemStore(new BlobPaths(folder.Path), 0);
        var bytes = Sample.Of(Length);
        var blobs = Enumerable.Range(0, count).Select(_ => Id<Blob>.New()).ToArray();
        foreach (var blob in blobs)
        {
            await store.WriteChunkAsync(blob, new ChunkRange(0, 0, Length), Sample.Body(bytes), _ => { }, default);
        }

        using var background = new BackgroundHasher(store, NullLogger<BackgroundHasher>.Instance);
        var (together, inTurn) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            var start = Environment.CpuUsage.TotalTime;
            await HashAsync(blobs);
            together = Shorter(together, start);

            start = Environment.CpuUsage.TotalTime;
            foreach (var blob in blobs)
            {
                await HashAsync(blob);
            }

            inTurn = Shorter(inTurn, start);
        }

        await TestContext.Out.WriteLineAsync($"{count} uploads, blocks {(blocksAreKnown ? "" : "not ")}known: "
            + $"{Cost(together)} at once, {Cost(inTurn)} one after the other, ratio {together / inTurn:0.00}");

        async Task HashAsync(params Id<Blob>[] blobs)
        {
            var digests = Array.ConvertAll(blobs, blob => new ResumableHasher(blob, Known(blocksAreKnown)));
            Array.ForEach(digests, digest => digest.Advance(Length, Length));
            Array.ForEach(digests, background.Follow);
            await Task.WhenAll(digests.Select(digest => digest.ReachedAsync(Length)));
            Array.ForEach(digests, digest => digest.Dispose());
        }

        string Cost(TimeSpan time) => $"{time.TotalSeconds * Sample.KiB * Sample.MiB / Length / count:0.00} CPU s/GiB";
    }

    static BlockDigests Known(bool areKnown)
    {
        var blocks = new BlockDigests();
        for (var block = 0; areKnown && block < Block.CountOf(Length); block++)
        {
            blocks.Set(block, Sample.Sha256Of([1]));
        }

        return blocks;
    }

    static TimeSpan Shorter(TimeSpan shortest, TimeSpan start) =>
        TimeSpan.FromTicks(Math.Min(shortest.Ticks, (Environment.CpuUsage.TotalTime - start).Ticks));
}
