using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Infrastructure.Storage;

public abstract partial class BlobStoreContract
{
    [Test]
    public async Task Reads_any_range_of_a_part_and_of_a_blob()
    {
        await WriteAllAsync();
        Assert.That(await ReadAsync(Blob, 99_999, 100_002), Is.EqualTo(Content[99_999..200_001]));
        await Store.CommitAsync(Blob, Content.Length, None);
        Assert.That(await ReadAsync(Blob, 99_999, 100_002), Is.EqualTo(Content[99_999..200_001]));
        Assert.That(await ReadAsync(Blob, 5, 0), Is.Empty);
    }

    [Test]
    public async Task Says_when_the_bytes_are_not_all_there()
    {
        await WriteAllAsync();
        await Assert.CatchAsync<IOException>(() => ReadAsync(Blob, Content.Length - 1, 2));
        await Assert.CatchAsync<IOException>(() => ReadAsync(Id<Blob>.New(), 0, 1));
    }

    [Test]
    public async Task A_committed_blob_is_read_from_the_start_and_from_anywhere()
    {
        await CommitAsync();
        await using var stream = Store.OpenRead(Blob, Content.Length)!;
        Assert.That((stream.Length, stream.CanSeek, stream.CanWrite), Is.EqualTo(((long)Content.Length, true, false)));
        var all = new byte[Content.Length];
        await stream.ReadExactlyAsync(all);
        Assert.That(all, Is.EqualTo(Content));
        stream.Seek(-17, SeekOrigin.End);
        var tail = new byte[17];
        await stream.ReadExactlyAsync(tail);
        Assert.That(tail, Is.EqualTo(Content[^17..]));
    }

    [Test]
    public async Task Committing_may_be_repeated()
    {
        await CommitAsync();
        await Store.CommitAsync(Blob, Content.Length, None);
        Assert.That(await ReadAllAsync(Blob), Is.EqualTo(Content));
        await Assert.CatchAsync<IOException>(() => Store.CommitAsync(Blob, Content.Length + 1, None));
    }

    [Test]
    public async Task Commits_no_part_of_another_size()
    {
        await WriteAllAsync();
        await Refusal.OfAsync(UploadErrorCode.BytesLost, () => Store.CommitAsync(Blob, Content.Length - 1, None));
        await Assert.CatchAsync<IOException>(() => Store.CommitAsync(Blob, Content.Length + 1, None));
        await Assert.CatchAsync<IOException>(() => Store.CommitAsync(Id<Blob>.New(), 1, None));
        Assert.That(Store.OpenRead(Blob, Content.Length), Is.Null);
        await Store.CommitAsync(Blob, Content.Length, None);
    }

    [Test]
    public async Task Makes_a_blob_a_part_again_that_is_written_and_committed_as_before()
    {
        await CommitAsync();
        Assert.That(await Store.TryUncommitAsync(Blob, None), Is.True);
        Assert.That(await Store.TryUncommitAsync(Blob, None), Is.True, "it may be repeated");
        Assert.That(Store.List().Single().IsPart, Is.True);
        await WriteAsync(1);
        await Store.CommitAsync(Blob, Content.Length, None);
        Assert.That(await ReadAllAsync(Blob), Is.EqualTo(Content));
    }

    [Test]
    public async Task But_not_one_whose_bytes_are_another_blob_s_too()
    {
        await CommitAsync();
        await Store.ReplaceAsync(Id<Blob>.New(), Blob, None);
        Assert.That(await Store.TryUncommitAsync(Blob, None), Is.False);
        Assert.That(await ReadAllAsync(Blob), Is.EqualTo(Content));
    }

    [Test]
    public async Task A_blob_is_recognized_and_adopted_only_where_it_may_be_the_upload_s_own()
    {
        var part = await WriteAsync(0);
        for (var index = 1; index < 4; index++)
        {
            await WriteAsync(index);
        }

        await Store.CommitAsync(Blob, Content.Length, None);
        foreach (var mayBeCommitted in new[] { true, false })
        {
            Assert.That(Store.Recognizes(Blob, part, Content.Length, mayBeCommitted), Is.EqualTo(mayBeCommitted));
            Assert.That(Store.Adopt(Blob, mayBeCommitted) is not null, Is.EqualTo(mayBeCommitted));
        }
    }

    [Test]
    public async Task An_empty_blob_needs_no_part()
    {
        await Store.CommitAsync(Blob, 0, None);
        await Store.CommitAsync(Blob, 0, None);
        Assert.That(await ReadAllAsync(Blob, 0), Is.Empty);
        Assert.That(Store.List().Select(item => item.Blob), Is.EqualTo(new[] { Blob }));
    }

    [Test]
    public async Task A_part_is_not_a_blob_yet()
    {
        await WriteAllAsync();
        Assert.That(Store.OpenRead(Blob, Content.Length), Is.Null);
        Assert.That(Store.OpenRead(Id<Blob>.New(), Content.Length), Is.Null);
    }

    [Test]
    public async Task Deletes_a_part_or_a_blob_and_nothing_else([Values] bool isCommitted)
    {
        var other = Id<Blob>.New();
        await Store.WriteChunkAsync(other, new ChunkRange(0, 0, 3), Sample.Body([1, 2, 3]), _ => { }, None);
        await (isCommitted ? CommitAsync() : WriteAllAsync());
        await Store.DeleteAsync(Blob, None);
        await Store.DeleteAsync(Blob, None);
        Assert.That(Store.OpenRead(Blob, Content.Length), Is.Null);
        await Assert.CatchAsync<IOException>(() => ReadAsync(Blob, 0, 1));
        Assert.That(Store.List().Select(item => item.Blob), Is.EqualTo(new[] { other }));
    }

    [Test]
    public async Task Lists_parts_and_blobs_with_the_time_of_their_last_change()
    {
        Assert.That(Store.List(), Is.Empty);
        await CommitAsync();
        var part = Id<Blob>.New();
        await Store.WriteChunkAsync(part, new ChunkRange(0, 0, 3), Sample.Body([1, 2, 3]), _ => { }, None);
        Assert.That(Store.List().Select(item => item.Blob), Is.EquivalentTo(new[] { Blob, part }));
        Assert.That(Store.List().Select(item => item.ChangedAt),
            Is.All.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public async Task Removes_a_part_and_leaves_a_blob_of_the_same_id([Values] bool isCommitted)
    {
        await (isCommitted ? CommitAsync() : WriteAllAsync());
        await Store.DeletePartAsync(Blob, None);
        Assert.That(Store.List().Select(item => (item.Blob, item.IsPart, item.Size)),
            Is.EqualTo(isCommitted ? [(Blob, false, Content.Length)] : Array.Empty<(Id<Blob>, bool, long)>()));
    }

    [Test]
    public async Task A_blob_in_quarantine_is_found_by_nobody_and_goes_when_it_was_there_for_long()
    {
        await CommitAsync();
        var now = DateTimeOffset.UtcNow;
        await Store.QuarantineAsync(Blob, "strange", now, None);
        await Store.QuarantineAsync(Blob, "it is not there any more", now, None);
        Assert.That(Store.OpenRead(Blob, Content.Length), Is.Null);
        Assert.That(Store.Contains(Blob, Content.Length), Is.False);
        Assert.That(Store.List(), Is.Empty);
        Assert.That(await Store.RemoveQuarantinedAsync(now - TimeSpan.FromSeconds(1), None), Is.Zero);
        Assert.That(await Store.RemoveQuarantinedAsync(now + TimeSpan.FromSeconds(1), None), Is.EqualTo(1));
        Assert.That(await Store.RemoveQuarantinedAsync(now + TimeSpan.FromSeconds(1), None), Is.Zero);
    }
}
