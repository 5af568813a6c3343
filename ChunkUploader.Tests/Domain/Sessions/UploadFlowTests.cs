using ChunkUploader.Domain;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Sessions;

/// <summary>From the first byte to the file that is there.</summary>
[TestFixture]
public class UploadFlowTests : CoreFixture
{
    [TestCase(Sample.MiB)]
    [TestCase(4 * Sample.MiB)]
    [TestCase(8 * Sample.MiB)]
    [TestCase(1_000_003)]
    public async Task Chunks_out_of_order_and_in_parallel_become_the_file_byte_for_byte(int chunkSize)
    {
        var content = Sample.Of((17 * Sample.MiB) + 4321);
        var session = (await BeginAsync(Describe(content), chunkSize: chunkSize)).Session;
        var order = Enumerable.Range(0, session.Plan.Count!.Value).ToArray();
        new Random(1).Shuffle(order);
        await Parallel.ForEachAsync(order, new ParallelOptions { MaxDegreeOfParallelism = 4 },
            async (index, _) => await SendAsync(session, content, index));

        var status = await CompleteAsync(session);
        Assert.That((status.Session.State, status.IsCompleting), Is.EqualTo((UploadState.Completed, false)));
        var file = status.File!;
        Assert.That((file.Name, file.Owner, file.Instant, file.Blob!.Size),
            Is.EqualTo(("a.bin", Alice.Key, false, (long)content.Length)));
        Assert.That((file.Blob.Md5, file.Blob.ContentHash, file.Blob.FirstBlock),
            Is.EqualTo((Sample.Md5Of(content), Sample.HashOf(content), Sample.BlocksOf(content)[0])));
        Assert.That(Download(file).AsSpan().SequenceEqual(content));
        Assert.That(Parts, Is.Empty);
        await using var context = Host.Context();
        Assert.That(context.BlobBlocks.Single().Digests,
            Is.EqualTo(Sample.BlocksOf(content).SelectMany(digest => digest.ToBytes())));
    }

    [Test]
    public async Task A_joined_tail_arrives_with_the_last_chunk()
    {
        var content = Sample.Of(2_500_000);
        var plan = ChunkPlan.For(content.Length, 1_000_000, TailRule.Long);
        var session = (await Host.Service.BeginAsync(Describe(content), Alice, plan, None)).Session;
        await SendAllAsync(session, content);
        Assert.That(Download((await CompleteAsync(session)).File!).AsSpan().SequenceEqual(content));
    }

    [Test]
    public async Task An_upload_goes_on_after_a_restart()
    {
        var content = Sample.Of(9 * Sample.MiB);
        var session = (await BeginAsync(Describe(content))).Session;
        foreach (var index in new[] { 0, 1, 2, 3, 7, 8 })
        {
            await SendAsync(session, content, index);
        }

        await RestartAsync();
        var resumed = await BeginAsync(Describe(content));
        Assert.That((resumed.Session.Id, resumed.IsNew), Is.EqualTo((session.Id, false)));
        Assert.That(resumed.Session.Received.Missing(), Is.EqualTo(new[] { new IndexRange(4, 6) }));
        for (var index = 6; index >= 4; index--)
        {
            await SendAsync(session, content, index);
        }

        Assert.That(Download((await CompleteAsync(session)).File!).AsSpan().SequenceEqual(content));
    }

    [Test]
    public async Task An_empty_file_is_there_at_once()
    {
        var status = await BeginAsync(Describe([], "empty.txt"));
        Assert.That(status.Session.State, Is.EqualTo(UploadState.Completed));
        Assert.That((status.File!.Blob!.Md5, status.File.Blob.ContentHash, status.File.Blob.FirstBlock),
            Is.EqualTo((Sample.Md5Of([]), Sample.HashOf([]), (ChunkUploader.Domain.Hashing.Sha256Digest?)null)));
        Assert.That(Download(status.File), Is.Empty);

        // A client that must send something may send an empty chunk, and complete.
        await SendBodyAsync(status.Session, 0, []);
        await Refusal.OfAsync(UploadErrorCode.ChunkLengthMismatch, () => SendBodyAsync(status.Session, 0, [1]));
        Assert.That((await CompleteAsync(status.Session)).File!.Id, Is.EqualTo(status.File.Id));
        Assert.That((await BeginAsync(Describe([], "second.txt"))).File!.BlobId, Is.EqualTo(status.File.BlobId));
    }

    [Test]
    public async Task An_empty_chunk_has_the_digest_of_no_bytes()
    {
        var session = (await BeginAsync(Describe([]))).Session;
        await SendBodyAsync(session, 0, [], expected: DeclaredDigests.OfWhole(Sample.Sha256Of([])));
        await Refusal.OfAsync(UploadErrorCode.ChunkDigestMismatch,
            () => SendBodyAsync(session, 0, [], expected: DeclaredDigests.OfWhole(Sample.Sha256Of([1]))));
    }

    [Test]
    public async Task A_receipt_says_what_is_in_and_what_comes_next()
    {
        var content = Sample.Of(3 * Sample.MiB);
        var session = (await BeginAsync(Describe(content))).Session;
        Assert.That(await SendAsync(session, content, 1), Is.EqualTo(new ChunkReceipt(1, 1, 3, 0)));
        Assert.That(await SendAsync(session, content, 0), Is.EqualTo(new ChunkReceipt(0, 2, 3, 2)));
        Assert.That(await SendAsync(session, content, 2), Is.EqualTo(new ChunkReceipt(2, 3, 3, null)));
    }

    [Test]
    public async Task Completing_again_gives_the_same_file_even_after_a_restart()
    {
        var content = Sample.Of(100);
        var session = (await BeginAsync(Describe(content))).Session;
        await SendAllAsync(session, content);
        var all = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => CompleteAsync(session)));
        await RestartAsync();
        var last = await CompleteAsync(session, md5: Sample.Md5Of(content));
        Assert.That(all.Append(last).Select(status => status.File!.Id).Distinct().Count(), Is.EqualTo(1));
        await Refusal.OfAsync(UploadErrorCode.DigestMismatch, () => CompleteAsync(session, md5: Sample.Md5Of([1])));
        await using var context = Host.Context();
        Assert.That(context.StoredFiles.Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task The_same_content_again_is_kept_once()
    {
        var content = Sample.Of(3 * Sample.MiB);
        var (one, other) = (await UploadAsync(content, "one.bin"), await UploadAsync(content, "other.bin", Bob));
        Assert.That((other.BlobId, other.Name, other.Owner), Is.EqualTo((one.BlobId, "other.bin", Bob.Key)));
        Assert.That(Blobs, Is.EqualTo(new[] { one.BlobId.ToString() }));
        Assert.That(Parts, Is.Empty);
        Assert.That(Download(other).AsSpan().SequenceEqual(content));
    }

    [Test]
    public async Task Refuses_a_file_over_the_limit_or_without_room_before_any_byte()
    {
        var policy = new UploadPolicy { MaxFileSize = 100 };
        using var folder = new ChunkUploader.Tests.Support.TempFolder();
        await using var host = new CoreHost(folder, policy: policy, reserve: long.MaxValue);
        await Refusal.OfAsync(UploadErrorCode.FileTooLarge, () => host.Service.BeginAsync(
            Describe(new byte[101]), Alice, ChunkPlan.For(101, 10), None));
        await Refusal.OfAsync(UploadErrorCode.StorageFull, () => host.Service.BeginAsync(
            Describe(new byte[100]), Alice, ChunkPlan.For(100, 10), None));
        Assert.That(await host.Service.ListAsync(Alice, None), Is.Empty);
    }

    [TestCase(1L << 34, 1000)]
    [TestCase((1L << 40) + 1, 2)]
    public async Task A_plan_that_reaches_beyond_the_largest_file_is_refused_though_its_size_is_not_said(
        long chunkSize, int count)
    {
        var plan = ChunkPlan.Open(chunkSize: chunkSize, count: count);
        await Refusal.OfAsync(UploadErrorCode.FileTooLarge, () => Host.Uploads.BeginAsync(Describe([]), Alice, plan, None));
        Assert.That(Parts, Is.Empty);
    }
}
