using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Infrastructure.Storage;

public abstract partial class BlobStoreContract
{
    [Test]
    public async Task A_blob_of_another_size_is_as_good_as_none()
    {
        await WriteAllAsync();
        Assert.That(Store.Contains(Blob, Length), Is.False, "it is a part still");
        await Store.CommitAsync(Blob, Length, None);
        Assert.That(Store.Contains(Blob, Length));
        foreach (var size in new[] { 0, Length - 1, Length + 1 })
        {
            Assert.That((Store.Contains(Blob, size), Store.OpenRead(Blob, size)), Is.EqualTo((false, (Stream?)null)));
        }

        Assert.That(Store.Contains(Id<Blob>.New(), Length), Is.False);
    }

    [Test]
    public async Task Replaces_a_blob_by_a_copy_and_keeps_the_copy()
    {
        await CommitAsync();
        var (bytes, copy) = (Sample.Of(Length, seed: 2), Id<Blob>.New());
        await CommitAsync(copy, bytes);
        await using var reader = Store.OpenRead(Blob, Length)!;
        for (var time = 0; time < 2; time++)
        {
            await Store.ReplaceAsync(Blob, copy, None);
            Assert.That(await ReadAllAsync(Blob), Is.EqualTo(bytes));
            Assert.That(await ReadAllAsync(copy), Is.EqualTo(bytes));
            Assert.That(Store.List().Select(item => item.Blob), Is.EquivalentTo(new[] { Blob, copy }));
        }

        await Store.DeleteAsync(copy, None);
        Assert.That(await ReadAllAsync(Blob), Is.EqualTo(bytes));
        var read = new byte[Length];
        await reader.ReadExactlyAsync(read);
        Assert.That(read, Is.EqualTo(Content), "who reads the old bytes reads them to their end");
    }

    [Test]
    public async Task Replaces_a_blob_that_has_lost_its_bytes()
    {
        var copy = Id<Blob>.New();
        await CommitAsync(copy, Content);
        await Store.ReplaceAsync(Blob, copy, None);
        await Store.DeleteAsync(copy, None);
        Assert.That(await ReadAllAsync(Blob), Is.EqualTo(Content));
    }

    [Test]
    public async Task Replaces_nothing_by_a_copy_that_is_not_there()
    {
        await CommitAsync();
        await Assert.CatchAsync<IOException>(() => Store.ReplaceAsync(Blob, Id<Blob>.New(), None));
        Assert.That(await ReadAllAsync(Blob), Is.EqualTo(Content));
        Assert.That(Store.List().Select(item => item.Blob), Is.EqualTo(new[] { Blob }));
    }

    protected async Task CommitAsync(Id<Blob> blob, byte[] bytes)
    {
        await Store.WriteChunkAsync(blob, new ChunkRange(0, 0, bytes.Length), Sample.Body(bytes), _ => { }, None);
        await Store.CommitAsync(blob, bytes.Length, None);
    }
}
