using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Infrastructure.Persistence;

/// <summary>A file is published in one transaction, which decides whether its content is new.</summary>
[TestFixture]
public class PublishTests : CoreFixture
{
    static readonly byte[] Bytes = Sample.Of(1000);

    [Test]
    public async Task New_content_becomes_a_blob_with_its_block_digests()
    {
        var (session, file, blob) = await VerifiedAsync();
        Assert.That(await Host.Repository.PublishAsync(session, file, blob, None), Is.SameAs(file));

        var found = (await Host.Files.FindAsync(file.Id, None))!;
        Assert.That((found.Name, found.Owner, found.ContentType, found.RelativePath, found.Instant, found.Downloads),
            Is.EqualTo((file.Name, file.Owner, file.ContentType, file.RelativePath, false, 0L)));
        Assert.That(found.UploadedAt, Is.EqualTo(file.UploadedAt));
        Assert.That((found.Blob!.Id, found.Blob.Size, found.Blob.Md5, found.Blob.ContentHash, found.Blob.FirstBlock),
            Is.EqualTo((blob.Id, blob.Size, blob.Md5, blob.ContentHash, blob.FirstBlock)));
        Assert.That(found.Blob.StoredAt, Is.EqualTo(blob.StoredAt));

        var completed = (await Host.Repository.FindAsync(session.Id, None))!.Value.Session;
        Assert.That((completed.State, completed.FileId, completed.BlobId, completed.BlockDigests),
            Is.EqualTo((UploadState.Completed, file.Id, blob.Id, (byte[]?)null)));
        Assert.That(completed.Received.IsComplete);
        await using var context = Host.Context();
        Assert.That(context.BlobBlocks.Single().Digests, Is.EqualTo(Sample.Sha256Of(Bytes).ToBytes()));
        Assert.That(context.ReceivedChunks.Count(), Is.Zero);
    }

    [Test]
    public async Task A_stale_session_is_not_published()
    {
        var (session, file, blob) = await VerifiedAsync();
        await Host.Repository.RequireVerificationAsync(session.Id, None);
        await Assert.ThatAsync(
            () => Host.Repository.PublishAsync(session, file, blob, None), Throws.TypeOf<StaleSessionException>());
        await AssertCountsAsync(blobs: 0, files: 0);
    }

    [Test]
    public async Task Content_that_is_there_is_shared()
    {
        var (firstSession, firstFile, firstBlob) = await VerifiedAsync();
        await Host.Repository.PublishAsync(firstSession, firstFile, firstBlob, None);
        var (session, file, blob) = await VerifiedAsync(Bob);
        await Host.Repository.PublishAsync(session, file, blob, None);

        Assert.That(file.BlobId, Is.EqualTo(firstBlob.Id), "the caller learns which bytes are superfluous");
        Assert.That((await Host.Repository.FindAsync(session.Id, None))!.Value.Session.BlobId,
            Is.EqualTo(firstBlob.Id));
        await AssertCountsAsync(blobs: 1, files: 2);
    }

    [Test]
    public async Task The_same_content_published_at_once_is_one_blob()
    {
        var verified = new List<(UploadSession, StoredFile, Blob)>();
        for (var i = 0; i < 20; i++)
        {
            verified.Add(await VerifiedAsync());
        }

        var published = await Task.WhenAll(verified.Select(
            item => Task.Run(() => Host.Repository.PublishAsync(item.Item1, item.Item2, item.Item3, None))));
        Assert.That(published, Is.EqualTo(verified.Select(item => item.Item2)));
        Assert.That(verified.Select(item => item.Item2.BlobId).Distinct().Count(), Is.EqualTo(1));
        await AssertCountsAsync(blobs: 1, files: 20);
    }

    [Test]
    public async Task A_blob_that_is_gone_is_not_shared_and_nothing_changes()
    {
        var (session, file, _) = await VerifiedAsync();
        file.BlobId = Id<Blob>.New();
        Assert.That(await Host.Repository.PublishAsync(session, file, null, None), Is.Null);
        var found = (await Host.Repository.FindAsync(session.Id, None))!.Value;
        Assert.That((found.Session.State, found.Session.BlobId, found.Chunks.Count),
            Is.EqualTo((UploadState.Completing, session.BlobId, 1)));
        await AssertCountsAsync(blobs: 0, files: 0);
    }

    [Test]
    public async Task A_blob_that_is_there_is_shared_without_a_new_one()
    {
        var (firstSession, firstFile, firstBlob) = await VerifiedAsync();
        await Host.Repository.PublishAsync(firstSession, firstFile, firstBlob, None);
        var (session, file, _) = await VerifiedAsync(Bob);
        file.BlobId = firstBlob.Id;
        Assert.That(await Host.Repository.PublishAsync(session, file, null, None), Is.SameAs(file));
        await AssertCountsAsync(blobs: 1, files: 2);
    }

    [Test]
    public async Task A_session_that_has_published_its_file_publishes_no_second_one()
    {
        var (session, file, blob) = await VerifiedAsync();
        await Host.Repository.PublishAsync(session, file, blob, None);
        var again = new StoredFile
        {
            Id = Id<StoredFile>.New(),
            BlobId = blob.Id,
            Owner = file.Owner,
            Name = file.Name,
            ContentType = file.ContentType,
            UploadedAt = file.UploadedAt,
        };
        Assert.That((await Host.Repository.PublishAsync(session, again, blob, None))!.Id, Is.EqualTo(file.Id));
        await AssertCountsAsync(blobs: 1, files: 1);
    }

    async Task<(UploadSession, StoredFile, Blob)> VerifiedAsync(Owner? owner = null)
    {
        var session = UploadSession.Begin(
            Describe(Bytes) with { RelativePath = "a/a.bin" },
            owner ?? Alice,
            ChunkPlan.For(Bytes.Length, 1000),
            Host.Time.GetUtcNow(),
            TimeSpan.FromDays(7));
        await Host.Repository.AddAsync(session, None);
        await Host.Repository.MarkReceivedAsync(
            session.Id, new ReceivedChunk(session.Plan[0], []), session.ExpiresAt, null, None);
        session.MarkCompleting(Sample.Md5Of(Bytes), Sample.HashOf(Bytes), Sample.Sha256Of(Bytes).ToBytes());
        await Host.Repository.UpdateAsync(session, None);
        var blob = new Blob
        {
            Id = session.BlobId,
            Size = Bytes.Length,
            Md5 = Sample.Md5Of(Bytes),
            ContentHash = Sample.HashOf(Bytes),
            FirstBlock = Sample.Sha256Of(Bytes),
            StoredAt = Host.Time.GetUtcNow(),
            VerifiedAt = Host.Time.GetUtcNow(),
        };
        var file = new StoredFile
        {
            Id = Id<StoredFile>.New(),
            BlobId = blob.Id,
            Owner = session.Owner,
            Name = session.FileName,
            RelativePath = session.RelativePath,
            ContentType = session.ContentType,
            UploadedAt = Host.Time.GetUtcNow(),
        };
        return (session, file, blob);
    }

    async Task AssertCountsAsync(int blobs, int files)
    {
        await using var context = Host.Context();
        Assert.That((context.Blobs.Count(), context.BlobBlocks.Count(), context.StoredFiles.Count()),
            Is.EqualTo((blobs, blobs, files)));
    }
}
