using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Completion;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Infrastructure.Persistence;
using ChunkUploader.Tests.Support.Core;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Completion;

/// <summary>A file that comes along with its beginning.</summary>
[TestFixture]
public class WholeFileUploadTests : CoreFixture
{
    static readonly byte[] Content = Sample.Of((4 * Sample.MiB) + 7);
    readonly CommitCounter _counter = new();

    [SetUp]
    public Task CountAsync() => RestartAsync(services => services.ConfigureDbContext<UploaderDbContext>(
        options => options.AddInterceptors(_counter)));

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(4 * Sample.MiB)]
    [TestCase((9 * Sample.MiB) + 3)]
    public async Task Takes_one_transaction_and_is_a_file_like_any_other(int size)
    {
        var content = Sample.Of(size);
        var status = await SendWholeAsync(DescribeHashed(content), content);
        Assert.That(_counter.Commits, Is.EqualTo(1));
        Assert.That(Download(status.File!).AsSpan().SequenceEqual(content));
        var blob = status.File!.Blob!;
        Assert.That((blob.Size, blob.Md5, blob.ContentHash),
            Is.EqualTo(((long)size, Sample.Md5Of(content), Sample.HashOf(content))));
        Assert.That(blob.FirstBlock, Is.EqualTo(size == 0 ? null : (Sha256Digest?)Sample.BlocksOf(content)[0]));
        await using var context = Host.Context();
        Assert.That(context.BlobBlocks.Single().Digests, Is.EqualTo(Sha256Digest.Join(Sample.BlocksOf(content))));
        Assert.That((Parts.Length, Blobs.Length), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task Its_session_is_there_for_those_who_ask_again([Values] bool afterRestart)
    {
        var status = await SendWholeAsync(Describe(Content), Content);
        if (afterRestart)
        {
            await RestartAsync();
        }

        var found = await Host.Service.GetAsync(status.Session.Id, Alice, None);
        Assert.That((found.Session.State, found.File!.Id), Is.EqualTo((UploadState.Completed, status.File!.Id)));
        Assert.That(found.Session.Received.IsComplete);
        Assert.That((await CompleteAsync(status.Session, md5: Sample.Md5Of(Content))).File!.Id,
            Is.EqualTo(status.File.Id));
        await Refusal.OfAsync(
            UploadErrorCode.DigestMismatch, () => CompleteAsync(status.Session, md5: Sample.Md5Of([1])));
        await Refusal.OfAsync(
            UploadErrorCode.UploadNotFound, () => Host.Service.GetAsync(status.Session.Id, Bob, None));
    }

    [Test]
    public async Task Content_that_is_there_is_shared_and_lost_bytes_come_back([Values] bool isLost)
    {
        var first = (await SendWholeAsync(Describe(Content), Content)).File!;
        if (isLost)
        {
            File.Delete(Host.Paths.BlobOf(first.BlobId));
        }

        var second = await SendWholeAsync(Describe(Content, "b.bin"), Content, owner: Bob);
        Assert.That((second.File!.BlobId, second.Session.BlobId), Is.EqualTo((first.BlobId, first.BlobId)));
        Assert.That((await Host.Catalog.GetAsync(second.File.Id, None)).Blob!.Id, Is.EqualTo(first.BlobId));
        Assert.That(Blobs, Is.EqualTo(new[] { first.BlobId.ToString() }));
        Assert.That(Download(first).AsSpan().SequenceEqual(Content));
    }

    [Test]
    public async Task One_that_was_deleted_is_not_said_to_be_stored_when_it_is_sent_again([Values] bool isForGood)
    {
        var file = Describe(Content) with { SessionId = Id<UploadSession>.New() };
        var sent = await SendWholeAsync(file, Content);
        await Host.Get<Trash>().PutAsync(sent.File!.Id, None);
        await (isForGood ? Host.Get<Trash>().DeleteAsync(sent.File.Id, None) : Task.CompletedTask);
        await Refusal.OfAsync(UploadErrorCode.FileNotFound, () => SendWholeAsync(file, Content));
        Assert.That(Blobs, Has.Length.EqualTo(isForGood ? 0 : 1));
    }

    [Test]
    public async Task The_same_content_at_once_is_one_blob()
    {
        var sent = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(
            () => SendWholeAsync(Describe(Content, $"{i}.bin"), Content))));
        Assert.That(sent.Select(status => status.File!.BlobId).Distinct().Count(), Is.EqualTo(1));
        Assert.That((await Host.Catalog.ListAsync(null, 1, None)).Total, Is.EqualTo(20));
        Assert.That((Parts.Length, Blobs.Length), Is.EqualTo((0, 1)));
        Assert.That(Download(sent[0].File!).AsSpan().SequenceEqual(Content));
    }

    [Test]
    public async Task What_is_refused_leaves_nothing([Values] bool isLate, [Values] bool isMd5)
    {
        Md5Digest? md5 = isMd5 ? Sample.Md5Of([1]) : null;
        ContentHash? hash = isMd5 ? null : Sample.HashOf([1]);
        await Refusal.OfAsync(UploadErrorCode.DigestMismatch, () => isLate
            ? SendWholeAsync(DescribeHashed(Content), Content, md5, hash)
            : SendWholeAsync(Describe(Content) with { Md5 = md5, ContentHash = hash }, Content));
        await Refusal.OfAsync(
            UploadErrorCode.ChunkLengthMismatch, () => SendWholeAsync(Describe(Content), Content[..^1]));
        await Refusal.OfAsync(
            UploadErrorCode.ChunkLengthMismatch, () => SendWholeAsync(Describe(Content), [.. Content, 0]));
        await using var context = Host.Context();
        Assert.That(context.UploadSessions.Count() + context.StoredFiles.Count() + context.Blobs.Count(), Is.Zero);
        Assert.That(Parts.Concat(Blobs), Is.Empty);
        Assert.That(_counter.Commits, Is.Zero);
    }

    [Test]
    public async Task A_commit_that_fails_is_no_success_and_its_bytes_are_the_janitors()
    {
        _counter.BeforeCommit = () => throw new SqliteException("disk I/O error", 10);
        await Assert.ThrowsAsync<SqliteException>(() => SendWholeAsync(Describe(Content), Content));
        Assert.That(Blobs, Has.Length.EqualTo(1), "the row may have come through all the same");
        Assert.That((await Host.Catalog.ListAsync(null, 1, None)).Total, Is.Zero);
        Assert.That(await Host.Repository.CountReceivingAsync(Alice.Key, None), Is.Zero);

        await Host.Get<BlobJanitor>().SweepAsync(None); // the clock of the tests is years ahead of the file's
        Assert.That(Blobs, Is.Empty);
    }

    [Test]
    public async Task A_commit_without_room_is_refused_and_leaves_nothing()
    {
        _counter.BeforeCommit = () => throw new SqliteException("database or disk is full", 13);
        await Refusal.OfAsync(UploadErrorCode.StorageFull, () => SendWholeAsync(Describe(Content), Content));
        Assert.That(Parts.Concat(Blobs), Is.Empty);
    }

    async Task<UploadStatus> SendWholeAsync(
        FileDescription file, byte[] sent, Md5Digest? md5 = null, ContentHash? hash = null, Owner? owner = null) =>
        (await Host.Get<WholeFileUpload>().ReceiveAsync(
            file,
            owner ?? Alice,
            ChunkPlan.For(file.Size!.Value, Math.Max(1, file.Size.Value)),
            new WholeFileBody(Sample.Body(sent), _ => Task.FromResult((md5, hash))),
            None).WaitAsync(Until.Limit))!;
}
