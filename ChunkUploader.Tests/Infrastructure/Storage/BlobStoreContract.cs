using System.Buffers;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Infrastructure.Storage;

/// <summary>What every store must do. A store's own fixture derives from this.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract partial class BlobStoreContract
{
    protected const int Length = (3 * Chunk) + 17;
    const int Chunk = 100_000;
    static readonly byte[] Content = Sample.Of(Length);

    protected Id<Blob> Blob { get; } = Id<Blob>.New();

    protected static CancellationToken None => CancellationToken.None;

    protected IBlobStore Store { get; private set; } = null!;

    /// <param name="hasRoom">False: not a byte may be stored.</param>
    protected abstract IBlobStore CreateStore(bool hasRoom = true);

    [SetUp]
    public void SetUp() => Store = CreateStore();

    protected async Task WriteAllAsync()
    {
        for (var index = 0; index < 4; index++)
        {
            await WriteAsync(index);
        }
    }

    protected async Task CommitAsync()
    {
        await WriteAllAsync();
        await Store.FlushAsync(Blob, None);
        await Store.CommitAsync(Blob, Content.Length, None);
    }

    Task<string> WriteAsync(int index) =>
        Store.WriteChunkAsync(Blob, Range(index), Sample.Body(ChunkOf(index)), _ => { }, None);

    static ChunkRange Range(int index) => ChunkPlan.For(Content.Length, Chunk)[index];

    static byte[] ChunkOf(int index) => Content[(int)Range(index).Offset..(int)Range(index).End];

    async Task<byte[]> ReadAsync(Id<Blob> blob, long offset, long length)
    {
        var read = new ArrayBufferWriter<byte>();
        await Store.ReadAsync(blob, offset, length, bytes => read.Write(bytes.ToArray()), None);
        return read.WrittenSpan.ToArray();
    }

    async Task<byte[]> ReadAllAsync(Id<Blob> blob, long size = Length)
    {
        await using var stream = Store.OpenRead(blob, size)!;
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}
