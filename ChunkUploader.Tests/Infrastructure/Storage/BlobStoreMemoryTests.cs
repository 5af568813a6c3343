using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Infrastructure.Storage;
using ChunkUploader.Tests.Support;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Infrastructure.Storage;

/// <summary>Measures what the whole process takes, so nothing else runs meanwhile.</summary>
[TestFixture]
[NonParallelizable]
public class BlobStoreMemoryTests
{
    [Test]
    public async Task A_chunk_of_16_MiB_takes_hardly_more_than_a_kilobyte_of_new_memory()
    {
        const int Chunks = 20;
        using var folder = new TempFolder();
        var store = new FileSystemStore(new BlobPaths(folder.Path), reserve: 0);
        var blob = Id<Blob>.New();
        await WriteAsync(0);
        var least = long.MaxValue; // what others do in this process meanwhile only adds to it
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var index = 0; index < Chunks; index++)
            {
                await WriteAsync(index);
            }

            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / Chunks);
        }

        Assert.That(least, Is.LessThan(2 * Sample.KiB));

        Task WriteAsync(int index)
        {
            const int ChunkLength = 16 * Sample.MiB;
            return store.WriteChunkAsync(
                blob, new ChunkRange(index, 0, ChunkLength), new RepeatedBody(ChunkLength), _ => { }, default);
        }
    }
}
