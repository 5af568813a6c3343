using System.Buffers;
using System.IO.Pipelines;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Infrastructure.Storage;

/// <summary>What every store must do. A store's own fixture derives from this.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract class StoreContract
{
    protected const int Length = (3 * Chunk) + 17;
    const int Chunk = 100_000;
    static readonly byte[] Content = Sample.Of(Length);

    protected Id<Blob> Blob { get; } = Id<Blob>.New();

    protected static CancellationToken None => CancellationToken.None;

    protected IPartStore Parts { get; private set; } = null!;

    protected IBlobStore Blobs { get; private set; } = null!;

    /// <param name="hasRoom">False: not a byte may be stored.</param>
    protected abstract (IPartStore Parts, IBlobStore Blobs) CreateStore(bool hasRoom = true);

    [SetUp]
    public void SetUp() => (Parts, Blobs) = CreateStore();

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
        await Parts.FlushAsync(Blob, None);
        await Parts.CommitAsync(Blob, Content.Length, None);
    }

    Task<string> WriteAsync(int index) =>
        Parts.WriteChunkAsync(Blob, Range(index), Sample.Body(ChunkOf(index)), _ => { }, None);

    static ChunkRange Range(int index) => ChunkPlan.For(Content.Length, Chunk)[index];

    static byte[] ChunkOf(int index) => Content[(int)Range(index).Offset..(int)Range(index).End];

    async Task<byte[]> ReadAsync(Id<Blob> blob, long offset, long length)
    {
        var read = new ArrayBufferWriter<byte>();
        await Parts.ReadAsync(blob, offset, length, bytes => read.Write(bytes.ToArray()), None);
        return read.WrittenSpan.ToArray();
    }

    async Task<byte[]> ReadAllAsync(Id<Blob> blob, long size = Length)
    {
        await using var stream = (await Blobs.OpenReadAsync(blob, size, None))!;
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    [Test]
    public void Asks_for_chunks_that_files_can_be_cut_into()
    {
        var policy = new UploadPolicy { MinChunkSize = Parts.Limits.MinChunkSize };

        Assert.That(policy.ChunkSizeFor(Length, wish: 1), Is.EqualTo(Parts.Limits.MinChunkSize));
        Assert.That(Parts.Limits.MaxFileSize, Is.InRange(Length, ChunkPlan.MaxSize));
    }

    [Test]
    public async Task Keeps_chunks_that_come_in_any_order()
    {
        foreach (var index in new[] { 3, 0, 2, 1 })
        {
            await WriteAsync(index);
        }

        Assert.That(await ReadAsync(Blob, 0, Content.Length), Is.EqualTo(Content));
    }

    [Test]
    public async Task Keeps_a_chunk_far_behind_the_others()
    {
        const long Far = 5L * 1024 * 1024 * 1024;
        await Parts.WriteChunkAsync(Blob, new ChunkRange(9, Far, 10), Sample.Body(Sample.Of(10)), _ => { }, None);
        await WriteAsync(0);
        Assert.That(await ReadAsync(Blob, Far, 10), Is.EqualTo(Sample.Of(10)));
        Assert.That(await ReadAsync(Blob, 0, Chunk), Is.EqualTo(Content[..Chunk]));
    }

    [Test]
    public async Task Takes_chunks_in_parallel()
    {
        var plan = ChunkPlan.For(Content.Length, 1000);
        await Parallel.ForAsync(0, plan.Count!.Value, None, async (index, ct) =>
        {
            var range = plan[index];
            var body = Sample.Body(Content[(int)range.Offset..(int)range.End], run: 333);
            await Parts.WriteChunkAsync(Blob, range, body, _ => { }, ct);
        });
        Assert.That(await ReadAsync(Blob, 0, Content.Length), Is.EqualTo(Content));
    }

    [Test]
    public async Task Shows_every_byte_in_order_before_it_is_stored()
    {
        var seen = new ArrayBufferWriter<byte>();
        await WriteAsync(0);
        await Parts.WriteChunkAsync(Blob, Range(1), Sample.Body(ChunkOf(1), run: 9999), bytes =>
        {
            foreach (var segment in bytes)
            {
                seen.Write(segment.Span);
            }
        }, None);
        Assert.That(seen.WrittenSpan.SequenceEqual(ChunkOf(1)));
    }

    [Test]
    public async Task Refuses_a_body_that_is_too_long_and_touches_no_neighbour([Values(1, 5000, Chunk)] int more)
    {
        await WriteAsync(0);
        await WriteAsync(2);
        byte[] body = [.. ChunkOf(1), .. new byte[more]];
        await Refusal.OfAsync(UploadErrorCode.ChunkLengthMismatch,
            () => Parts.WriteChunkAsync(Blob, Range(1), Sample.Body(body), _ => { }, None));
        Assert.That(await ReadAsync(Blob, 2 * Chunk, Chunk), Is.EqualTo(ChunkOf(2)));
        Assert.That(await ReadAsync(Blob, 0, Chunk), Is.EqualTo(ChunkOf(0)));
    }

    [Test]
    public async Task Never_stores_a_byte_beyond_the_last_chunk()
    {
        await Refusal.OfAsync(UploadErrorCode.ChunkLengthMismatch, () => Parts.WriteChunkAsync(
            Blob, new ChunkRange(0, 0, 10), Sample.Body(new byte[11], run: 3), _ => { }, None));
        await Assert.CatchAsync<IOException>(() => ReadAsync(Blob, 10, 1));
    }

    [Test]
    public async Task Refuses_a_body_that_is_too_short([Values(0, 1, Chunk - 1)] int length) =>
        await Refusal.OfAsync(UploadErrorCode.ChunkLengthMismatch, () => Parts.WriteChunkAsync(
            Blob, Range(1), Sample.Body(ChunkOf(1)[..length]), _ => { }, None));

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(5 * Chunk)]
    public async Task Takes_a_body_of_unknown_length(int length)
    {
        var (bytes, seen) = (Sample.Of(length), 0L);
        var taken = await Parts.WriteAsync(Blob, Sample.Body(bytes), length, run => seen += run.Length, None);
        Assert.That((taken, seen), Is.EqualTo(((long)length, (long)length)));
        await Parts.CommitAsync(Blob, length, None);
        Assert.That(await ReadAsync(Blob, 0, length), Is.EqualTo(bytes));
    }

    [Test]
    public async Task Refuses_a_body_of_unknown_length_that_is_too_long_or_has_no_room()
    {
        await Refusal.OfAsync(UploadErrorCode.FileTooLarge,
            () => Parts.WriteAsync(Blob, Sample.Body(new byte[Chunk + 1]), Chunk, _ => { }, None));
        await Refusal.OfAsync(UploadErrorCode.StorageFull,
            () => CreateStore(hasRoom: false).Parts.WriteAsync(Blob, Sample.Body(new byte[1]), Chunk, _ => { }, None));
    }

    [Test]
    public async Task Ends_when_the_body_breaks_or_is_cancelled()
    {
        var broken = new Pipe();
        await broken.Writer.WriteAsync(ChunkOf(0).AsMemory(0, 1000));
        await broken.Writer.CompleteAsync(new IOException("reset"));
        await Assert.ThrowsAsync<IOException>(
            () => Parts.WriteChunkAsync(Blob, Range(0), broken.Reader, _ => { }, None));

        using var cancellation = new CancellationTokenSource();
        var writing = Parts.WriteChunkAsync(Blob, Range(0), new Pipe().Reader, _ => { }, cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.CatchAsync<OperationCanceledException>(() => writing.WaitAsync(Until.Limit));
    }

    [Test]
    public async Task Refuses_a_chunk_that_there_is_no_room_for()
    {
        var (store, blobs) = CreateStore(hasRoom: false);
        Assert.That(store.FreeBytes, Is.Zero);
        await Refusal.OfAsync(UploadErrorCode.StorageFull,
            () => store.WriteChunkAsync(Blob, Range(0), Sample.Body(ChunkOf(0)), _ => { }, None));
        Assert.That(await blobs.ListAsync(None).ToListAsync(), Is.Empty);
    }

    [Test]
    public async Task Flushes_as_often_as_it_is_asked()
    {
        await WriteAsync(0);
        await Parts.FlushAsync(Blob, None);
        await WriteAsync(1);
        await Parts.FlushAsync(Blob, None);
        await Parts.FlushAsync(Blob, None);
        Assert.That(await ReadAsync(Blob, 0, 2 * Chunk), Is.EqualTo(Content[..(2 * Chunk)]));
    }

    [Test]
    public async Task Finds_a_chunk_equal_to_what_is_stored()
    {
        await WriteAsync(1);
        var seen = 0L;
        Assert.That(await Parts.ChunkEqualsAsync(
            Blob, Range(1), Sample.Body(ChunkOf(1), run: 7777), bytes => seen += bytes.Length, None), Is.True);
        Assert.That(seen, Is.EqualTo(Chunk));
    }

    [Test]
    public async Task Finds_a_chunk_different_in_any_byte_and_leaves_what_is_stored(
        [Values(0, 50_000, Chunk - 1)] int at)
    {
        await WriteAsync(1);
        var other = ChunkOf(1);
        other[at] ^= 1;
        var seen = 0L;
        Assert.That(await Parts.ChunkEqualsAsync(
            Blob, Range(1), Sample.Body(other), bytes => seen += bytes.Length, None), Is.False);
        Assert.That(seen, Is.EqualTo(Chunk), "the body is read to its end");
        Assert.That(await ReadAsync(Blob, Chunk, Chunk), Is.EqualTo(ChunkOf(1)));
    }

    [Test]
    public async Task Refuses_to_compare_a_body_of_another_length([Values(Chunk - 1, Chunk + 1)] int length)
    {
        await WriteAsync(1);
        byte[] body = [.. ChunkOf(1), 0];
        await Refusal.OfAsync(UploadErrorCode.ChunkLengthMismatch, () => Parts.ChunkEqualsAsync(
            Blob, Range(1), Sample.Body(body[..length]), _ => { }, None));
    }

    [Test]
    public async Task Compares_with_a_blob_too()
    {
        await CommitAsync();
        Assert.That(await Parts.ChunkEqualsAsync(Blob, Range(3), Sample.Body(ChunkOf(3)), _ => { }, None), Is.True);
        Assert.That(await Parts.ChunkEqualsAsync(Blob, Range(3), Sample.Body(new byte[17]), _ => { }, None), Is.False);
    }

    [Test]
    public async Task An_empty_chunk_needs_nothing_stored()
    {
        var empty = new ChunkRange(0, 0, 0);
        Assert.That(await Parts.ChunkEqualsAsync(Blob, empty, Sample.Body([]), _ => { }, None), Is.True);
        await Refusal.OfAsync(UploadErrorCode.ChunkLengthMismatch,
            () => Parts.ChunkEqualsAsync(Blob, empty, Sample.Body([1]), _ => { }, None));
    }

    [Test]
    public async Task Reads_any_range_of_a_part_and_of_a_blob()
    {
        await WriteAllAsync();
        Assert.That(await ReadAsync(Blob, 99_999, 100_002), Is.EqualTo(Content[99_999..200_001]));
        await Parts.CommitAsync(Blob, Content.Length, None);
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
        await using var stream = (await Blobs.OpenReadAsync(Blob, Content.Length, None))!;
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
        await Parts.CommitAsync(Blob, Content.Length, None);
        Assert.That(await ReadAllAsync(Blob), Is.EqualTo(Content));
        await Assert.CatchAsync<IOException>(() => Parts.CommitAsync(Blob, Content.Length + 1, None));
    }

    [Test]
    public async Task Commits_no_part_of_another_size()
    {
        await WriteAllAsync();
        await Refusal.OfAsync(UploadErrorCode.BytesLost, () => Parts.CommitAsync(Blob, Content.Length - 1, None));
        await Assert.CatchAsync<IOException>(() => Parts.CommitAsync(Blob, Content.Length + 1, None));
        await Assert.CatchAsync<IOException>(() => Parts.CommitAsync(Id<Blob>.New(), 1, None));
        Assert.That(await Blobs.OpenReadAsync(Blob, Content.Length, None), Is.Null);
        await Parts.CommitAsync(Blob, Content.Length, None);
    }

    [Test]
    public async Task Makes_a_blob_a_part_again_that_is_written_and_committed_as_before()
    {
        await CommitAsync();
        Assert.That(await Parts.TryUncommitAsync(Blob, None), Is.True);
        Assert.That(await Parts.TryUncommitAsync(Blob, None), Is.True, "it may be repeated");
        Assert.That((await Blobs.ListAsync(None).ToListAsync()).Single().IsPart, Is.True);
        await WriteAsync(1);
        await Parts.CommitAsync(Blob, Content.Length, None);
        Assert.That(await ReadAllAsync(Blob), Is.EqualTo(Content));
    }

    [Test]
    public async Task But_not_one_whose_bytes_are_another_blob_s_too()
    {
        await CommitAsync();
        await Blobs.ReplaceAsync(Id<Blob>.New(), Blob, None);
        Assert.That(await Parts.TryUncommitAsync(Blob, None), Is.False);
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

        await Parts.CommitAsync(Blob, Content.Length, None);
        foreach (var mayBeCommitted in new[] { true, false })
        {
            Assert.That(Parts.Recognizes(Blob, part, Content.Length, mayBeCommitted), Is.EqualTo(mayBeCommitted));
            Assert.That(Parts.Adopt(Blob, mayBeCommitted) is not null, Is.EqualTo(mayBeCommitted));
        }
    }

    [Test]
    public async Task An_empty_blob_needs_no_part()
    {
        await Parts.CommitAsync(Blob, 0, None);
        await Parts.CommitAsync(Blob, 0, None);
        Assert.That(await ReadAllAsync(Blob, 0), Is.Empty);
        Assert.That((await Blobs.ListAsync(None).ToListAsync()).Select(item => item.Blob), Is.EqualTo(new[] { Blob }));
    }

    [Test]
    public async Task A_part_is_not_a_blob_yet()
    {
        await WriteAllAsync();
        Assert.That(await Blobs.OpenReadAsync(Blob, Content.Length, None), Is.Null);
        Assert.That(await Blobs.OpenReadAsync(Id<Blob>.New(), Content.Length, None), Is.Null);
    }

    [Test]
    public async Task Deletes_a_part_or_a_blob_and_nothing_else([Values] bool isCommitted)
    {
        var other = Id<Blob>.New();
        await Parts.WriteChunkAsync(other, new ChunkRange(0, 0, 3), Sample.Body([1, 2, 3]), _ => { }, None);
        await (isCommitted ? CommitAsync() : WriteAllAsync());
        await Blobs.DeleteAsync(Blob, None);
        await Blobs.DeleteAsync(Blob, None);
        Assert.That(await Blobs.OpenReadAsync(Blob, Content.Length, None), Is.Null);
        await Assert.CatchAsync<IOException>(() => ReadAsync(Blob, 0, 1));
        Assert.That((await Blobs.ListAsync(None).ToListAsync()).Select(item => item.Blob), Is.EqualTo(new[] { other }));
    }

    [Test]
    public async Task Lists_parts_and_blobs_with_the_time_of_their_last_change()
    {
        Assert.That(await Blobs.ListAsync(None).ToListAsync(), Is.Empty);
        await CommitAsync();
        var part = Id<Blob>.New();
        await Parts.WriteChunkAsync(part, new ChunkRange(0, 0, 3), Sample.Body([1, 2, 3]), _ => { }, None);
        Assert.That((await Blobs.ListAsync(None).ToListAsync()).Select(item => item.Blob), Is.EquivalentTo(new[] { Blob, part }));
        Assert.That((await Blobs.ListAsync(None).ToListAsync()).Select(item => item.ChangedAt),
            Is.All.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public async Task Removes_a_part_and_leaves_a_blob_of_the_same_id([Values] bool isCommitted)
    {
        await (isCommitted ? CommitAsync() : WriteAllAsync());
        await Parts.DeletePartAsync(Blob, None);
        Assert.That((await Blobs.ListAsync(None).ToListAsync()).Select(item => (item.Blob, item.IsPart, item.Size)),
            Is.EqualTo(isCommitted ? [(Blob, false, Content.Length)] : Array.Empty<(Id<Blob>, bool, long)>()));
    }

    [Test]
    public async Task A_blob_in_quarantine_is_found_by_nobody_and_goes_when_it_was_there_for_long()
    {
        await CommitAsync();
        var now = DateTimeOffset.UtcNow;
        await Blobs.QuarantineAsync(Blob, "strange", now, None);
        await Blobs.QuarantineAsync(Blob, "it is not there any more", now, None);
        Assert.That(await Blobs.OpenReadAsync(Blob, Content.Length, None), Is.Null);
        Assert.That(await Blobs.ContainsAsync(Blob, Content.Length, None), Is.False);
        Assert.That(await Blobs.ListAsync(None).ToListAsync(), Is.Empty);
        Assert.That(await Blobs.RemoveQuarantinedAsync(now - TimeSpan.FromSeconds(1), None), Is.Zero);
        Assert.That(await Blobs.RemoveQuarantinedAsync(now + TimeSpan.FromSeconds(1), None), Is.EqualTo(1));
        Assert.That(await Blobs.RemoveQuarantinedAsync(now + TimeSpan.FromSeconds(1), None), Is.Zero);
    }

    [Test]
    public async Task A_blob_of_another_size_is_as_good_as_none()
    {
        await WriteAllAsync();
        Assert.That(await Blobs.ContainsAsync(Blob, Length, None), Is.False, "it is a part still");
        await Parts.CommitAsync(Blob, Length, None);
        Assert.That(await Blobs.ContainsAsync(Blob, Length, None));
        foreach (var size in new[] { 0, Length - 1, Length + 1 })
        {
            Assert.That((await Blobs.ContainsAsync(Blob, size, None), await Blobs.OpenReadAsync(Blob, size, None)), Is.EqualTo((false, (Stream?)null)));
        }

        Assert.That(await Blobs.ContainsAsync(Id<Blob>.New(), Length, None), Is.False);
    }

    [Test]
    public async Task Replaces_a_blob_by_a_copy_and_keeps_the_copy()
    {
        await CommitAsync();
        var (bytes, copy) = (Sample.Of(Length, seed: 2), Id<Blob>.New());
        await CommitAsync(copy, bytes);
        await using var reader = (await Blobs.OpenReadAsync(Blob, Length, None))!;
        for (var time = 0; time < 2; time++)
        {
            await Blobs.ReplaceAsync(Blob, copy, None);
            Assert.That(await ReadAllAsync(Blob), Is.EqualTo(bytes));
            Assert.That(await ReadAllAsync(copy), Is.EqualTo(bytes));
            Assert.That((await Blobs.ListAsync(None).ToListAsync()).Select(item => item.Blob), Is.EquivalentTo(new[] { Blob, copy }));
        }

        await Blobs.DeleteAsync(copy, None);
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
        await Blobs.ReplaceAsync(Blob, copy, None);
        await Blobs.DeleteAsync(copy, None);
        Assert.That(await ReadAllAsync(Blob), Is.EqualTo(Content));
    }

    [Test]
    public async Task Replaces_nothing_by_a_copy_that_is_not_there()
    {
        await CommitAsync();
        await Assert.CatchAsync<IOException>(() => Blobs.ReplaceAsync(Blob, Id<Blob>.New(), None));
        Assert.That(await ReadAllAsync(Blob), Is.EqualTo(Content));
        Assert.That((await Blobs.ListAsync(None).ToListAsync()).Select(item => item.Blob), Is.EqualTo(new[] { Blob }));
    }

    protected async Task CommitAsync(Id<Blob> blob, byte[] bytes)
    {
        await Parts.WriteChunkAsync(blob, new ChunkRange(0, 0, bytes.Length), Sample.Body(bytes), _ => { }, None);
        await Parts.CommitAsync(blob, bytes.Length, None);
    }
}
