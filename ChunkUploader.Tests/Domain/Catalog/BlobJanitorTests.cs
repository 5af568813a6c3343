using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Completion;
using ChunkUploader.Tests.Support.Core;
using Moq;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Catalog;

/// <summary>Puts bytes aside that belong to nothing, and reports what is gone.</summary>
[TestFixture]
public class BlobJanitorTests : CoreFixture
{
    BlobJanitor Janitor => Host.Get<BlobJanitor>();

    [Test]
    public async Task Removes_stray_parts_once_they_are_a_day_old_and_nothing_else()
    {
        var file = await UploadAsync(Sample.Of(100));
        var session = (await BeginAsync(Describe(Sample.Of(200)), chunkSize: 100)).Session;
        await SendAsync(session, Sample.Of(200), 0);
        await StrayAsync(isBlob: false);
        await AgeAllAsync(TimeSpan.FromHours(23));
        Assert.That((await Janitor.SweepAsync(None)).RemovedParts, Is.Zero);
        await AgeAllAsync(TimeSpan.FromHours(25));
        Assert.That((await Janitor.SweepAsync(None)).RemovedParts, Is.EqualTo(1));
        Assert.That((await Host.Blobs.ListAsync(None).ToListAsync()).Select(item => item.Blob),
            Is.EquivalentTo(new[] { file.BlobId, session.BlobId }));
    }

    [Test]
    public async Task Moves_unknown_blobs_to_quarantine_and_removes_them_after_seven_days()
    {
        var file = await UploadAsync(Sample.Of(100));
        var stray = await StrayAsync(isBlob: true);
        await AgeAllAsync(TimeSpan.FromMinutes(59));
        Assert.That((await Janitor.SweepAsync(None)).Quarantined, Is.Zero);
        await AgeAllAsync(TimeSpan.FromMinutes(61));
        Assert.That((await Janitor.SweepAsync(None)).Quarantined, Is.EqualTo(1));
        Assert.That(Blobs, Is.EqualTo(new[] { file.BlobId.ToString() }));
        Assert.That(await File.ReadAllBytesAsync(Host.Paths.QuarantinedOf(stray)), Is.EqualTo(new byte[] { 1, 2, 3 }));
        var line = (await File.ReadAllLinesAsync(Host.Paths.QuarantineManifest)).Single();
        Assert.That(line, Does.Contain($"\"blob\":\"{stray}\"").And.Contain("\"size\":3").And.Contain("\"reason\":\"")
            .And.Contain("\"quarantinedAt\":\"2030-01-02T").And.Contain("\"changedAt\":\"2030-01-02T"));

        Host.Time.Advance(TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1));
        Assert.That((await Janitor.SweepAsync(None)).Discarded, Is.Zero);
        Host.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.That((await Janitor.SweepAsync(None)).Discarded, Is.EqualTo(1));
        Assert.That(File.Exists(Host.Paths.QuarantinedOf(stray)), Is.False);
        Assert.That(await File.ReadAllTextAsync(Host.Paths.QuarantineManifest), Is.Empty);
        Assert.That(Download(file), Has.Length.EqualTo(100));
    }

    [TestCase(0, 5, 5)]
    [TestCase(0, 6, 0)]
    [TestCase(54, 6, 6)]
    [TestCase(53, 6, 0)]
    public async Task Touches_nothing_where_more_blobs_are_unknown_than_a_crash_leaves(int known, int unknown, int moved)
    {
        for (var i = 0; i < known; i++)
        {
            await UploadAsync(Sample.Of(10, i), $"{i}");
        }

        for (var i = 0; i < unknown; i++)
        {
            await StrayAsync(isBlob: true);
        }

        await StrayAsync(isBlob: false);
        await AgeAllAsync(TimeSpan.FromDays(30));
        var result = await Janitor.SweepAsync(None);
        Assert.That((result.Quarantined, result.LeftUnknown), Is.EqualTo((moved, moved > 0 ? 0 : unknown)));
        Assert.That(Blobs, Has.Length.EqualTo(known + unknown - moved));
        Assert.That(Parts, Has.Length.EqualTo(moved > 0 ? 0 : 1));
    }

    [Test]
    public async Task Leaves_a_blob_that_is_published_while_it_looks()
    {
        var whole = Host.Get<WholeFileUpload>();
        var arrived = await whole.TakeAsync(Sample.Body([1, 2, 3]), None);
        await AgeAllAsync(TimeSpan.FromDays(5));
        StoredFile? file = null;
        var files = new Mock<IStoredFileRepository>();
        files.Setup(f => f.ListDeletedBlobsAsync(None)).ReturnsAsync([]);
        files.Setup(f => f.ListBlobSizesAsync(None)).Returns(Host.Files.ListBlobSizesAsync(None));
        files.Setup(f => f.FindKnownPartsAsync(It.IsAny<IReadOnlyCollection<Id<Blob>>>(), None))
            .Returns((IReadOnlyCollection<Id<Blob>> ids, CancellationToken ct) =>
                Host.Files.FindKnownPartsAsync(ids, ct));
        files.Setup(f => f.FindKnownBlobsAsync(It.IsAny<IReadOnlyCollection<Id<Blob>>>(), None))
            .Returns(async (IReadOnlyCollection<Id<Blob>> ids, CancellationToken _) =>
            {
                var known = await Host.Files.FindKnownBlobsAsync(ids, None);
                file ??= (await whole.PublishAsync(arrived, Describe([1, 2, 3]), Alice)).File;
                return known;
            });
        var janitor = new BlobJanitor(files.Object, Host.Parts, Host.Blobs, Host.Get<IStagedBlobs>(), Host.Time);
        var result = await janitor.SweepAsync(None);
        Assert.That((result.RemovedParts, result.Quarantined), Is.EqualTo((0, 0)));
        Assert.That(Download(file!), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public async Task Finishes_a_delete_that_a_crash_cut_short()
    {
        var file = await UploadAsync(Sample.Of(100));
        await Host.Get<Trash>().PutAsync(file.Id, None);
        await Host.Files.DeleteTrashedAsync(file.Id, None);
        Assert.That(Blobs, Has.Length.EqualTo(1), "killed here; its session is kept, as it is completed");
        await RestartAsync();
        await Host.RecoverAsync();
        Assert.That(Blobs, Is.Empty);
        Assert.That(Directory.Exists(Host.Paths.Quarantine), Is.False, "nobody need wait for its room");
        Assert.That(await Host.Files.ListDeletedBlobsAsync(None), Is.Empty);
    }

    [Test]
    public async Task Leaves_what_a_request_is_still_bringing()
    {
        var whole = Host.Get<WholeFileUpload>();
        var arrived = await whole.TakeAsync(Sample.Body([1, 2, 3]), None);
        SetAge(arrived.BlobId, TimeSpan.FromDays(5));
        Assert.That((await Janitor.SweepAsync(None)).RemovedParts, Is.Zero);
        var file = (await whole.PublishAsync(arrived, Describe([1, 2, 3]), Alice)).File!;
        Assert.That(Download(file), Is.EqualTo(new byte[] { 1, 2, 3 }));
        var refused = await whole.TakeAsync(Sample.Body([4]), None);
        await whole.DiscardAsync(refused);
        await Host.Parts.WriteChunkAsync(refused.BlobId, new(0, 0, 1), Sample.Body([4]), _ => { }, None);
        SetAge(refused.BlobId, TimeSpan.FromDays(2));
        Assert.That((await Janitor.SweepAsync(None)).RemovedParts, Is.EqualTo(1), "nobody brings it any more");
    }

    [Test]
    public async Task Reports_a_blob_whose_bytes_are_gone_and_never_drops_it()
    {
        var (lost, kept) = (await UploadAsync(Sample.Of(100)), await UploadAsync(Sample.Of(200)));
        File.Delete(Host.Paths.BlobOf(lost.BlobId));
        var result = await Janitor.SweepAsync(None);
        Assert.That(result.Missing, Is.EqualTo(1));
        Assert.That(result.FirstMissing, Is.EqualTo(new[] { lost.BlobId }));
        Assert.That((await Host.Catalog.GetAsync(lost.Id, None)).BlobId, Is.EqualTo(lost.BlobId));
        await Refusal.OfAsync(UploadErrorCode.Damaged, () => Host.Catalog.OpenReadAsync(lost, None));
        Assert.That(Download(kept), Has.Length.EqualTo(200));
    }

    [Test]
    public async Task Counts_what_is_missing_and_names_the_first_twenty()
    {
        for (var i = 0; i < 22; i++)
        {
            var file = await UploadAsync(Sample.Of(10, i), $"{i}");
            File.Delete(Host.Paths.BlobOf(file.BlobId));
        }

        var result = await Janitor.SweepAsync(None);
        Assert.That((result.Missing, result.FirstMissing.Count), Is.EqualTo((22, 20)));
    }

    async Task<Id<Blob>> StrayAsync(bool isBlob)
    {
        var stray = Id<Blob>.New();
        await Host.Parts.WriteChunkAsync(stray, new(0, 0, 3), Sample.Body([1, 2, 3]), _ => { }, None);
        if (isBlob)
        {
            await Host.Parts.CommitAsync(stray, 3, None);
        }

        return stray;
    }

    async Task AgeAllAsync(TimeSpan age)
    {
        foreach (var item in await Host.Blobs.ListAsync(None).ToListAsync())
        {
            SetAge(item.Blob, age);
        }
    }

    void SetAge(Id<Blob> blob, TimeSpan age)
    {
        var path = File.Exists(Host.Paths.PartOf(blob)) ? Host.Paths.PartOf(blob) : Host.Paths.BlobOf(blob);
        File.SetLastWriteTimeUtc(path, (Host.Time.GetUtcNow() - age).UtcDateTime);
    }
}
