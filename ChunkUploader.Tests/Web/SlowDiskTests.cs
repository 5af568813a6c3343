using ChunkUploader.Tests.Support;
using ChunkUploader.Web.Connections;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

/// <summary>Many send while the disk takes nothing.</summary>
[TestFixture]
public class SlowDiskTests : ServedTests
{
    const int ChunkSize = 8 * 1024 * 1024;
    const int Uploads = 64;
    const int MaxBlocked = 16;

    ConnectionBuffers Buffers => App.Services.GetRequiredService<ConnectionBuffers>();

    protected override void Replace(IServiceCollection services) => SlowStore.Register(services);

    [Test]
    public async Task Neither_memory_grows_nor_does_anybody_else_wait()
    {
        using var client = new UploadClient(App.Address, connections: Uploads);
        var file = TestFile.Random(ChunkSize);
        var disk = App.Services.GetRequiredService<SlowStore>();
        disk.Hold();
        var session = await client.BeginAsync("waits.bin", (long)Uploads * ChunkSize, ("chunkSize", ChunkSize));
        var chunks = Enumerable.Range(0, Uploads)
            .Select(index => client.PostChunkAsync(session.Id, index, file.Bytes))
            .ToList();
        await Eventually.Is(
            () => Buffers.LentBytes >= Uploads * ConnectionBuffers.LargeLength, "every connection has brought something");

        await Eventually.Is(() => disk.Blocked >= MaxBlocked, "as many wait for the disk as may");
        var held = Buffers.LentBytes;
        var status = await Client.GetAsync("uploads");

        Assert.That(status.Status, Is.EqualTo(200));
        Assert.That(disk.Blocked, Is.EqualTo(MaxBlocked), "of the 32 threads that there are");
        Assert.That(chunks.Exists(chunk => chunk.IsCompleted), Is.False);
        disk.Release();
        Assert.That((await Task.WhenAll(chunks)).Select(answer => answer.Status), Is.All.EqualTo(200));
        Assert.That(held, Is.LessThanOrEqualTo(Uploads * 3L * ConnectionBuffers.LargeLength), "of 8 MiB each");

        // The transport sometimes keeps the last buffer of a connection until its next request: seen of 2 in 64.
        await Eventually.Is(
            () => Buffers.LentBytes <= Uploads / 8 * ConnectionBuffers.LargeLength, "connections that wait hold nothing");
    }
}
