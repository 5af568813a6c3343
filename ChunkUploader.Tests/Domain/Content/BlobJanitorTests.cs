using ChunkUploader.Domain;
using ChunkUploader.Domain.Content;
using ChunkUploader.Domain.Uploads;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Content;

/// <summary>Removes bytes that belong to nothing, and reports what is gone.</summary>
[TestFixture]
public class BlobJanitorTests : CoreFixture
{
    BlobJanitor Janitor => Host.Get<BlobJanitor>();

    [Test]
    public async Task Removes_strays_once_they_are_an_hour_old_and_nothing_else([Values] bool isBlob)
    {
        var file = await UploadAsync(Sample.Of(100));
        var session = (await BeginAsync(Describe(Sample.Of(200)), chunkSize: 100)).Session;
        await SendAsync(session, Sample.Of(200), 0);
        var stray = Id<Blob>.New();
        await Host.Store.WriteChunkAsync(stray, new(0, 0, 3), Sample.Body([1, 2, 3]), _ => { }, None);
        if (isBlob)
        {
            await Host.Store.CommitAsync(stray, 3, None);
        }

        foreach (var (blob, _) in Host.Store.List().ToList())
        {
            SetAge(blob, TimeSpan.FromMinutes(59));
        }

        Assert.That((await Janitor.SweepAsync(None)).Removed, Is.Zero);
        foreach (var (blob, _) in Host.Store.List().ToList())
        {
            SetAge(blob, TimeSpan.FromMinutes(61));
        }

        Assert.That((await Janitor.SweepAsync(None)).Removed, Is.EqualTo(1));
        Assert.That(Host.Store.List().Select(item => item.Blob),
            Is.EquivalentTo(new[] { file.BlobId, session.BlobId }));
    }

    [Test]
    public async Task Leaves_what_a_request_is_still_bringing()
    {
        var whole = Host.Get<WholeFileUpload>();
        var arrived = await whole.TakeAsync(Sample.Body([1, 2, 3]), None);
        SetAge(arrived.BlobId, TimeSpan.FromHours(5));
        Assert.That((await Janitor.SweepAsync(None)).Removed, Is.Zero);
        var file = (await whole.PublishAsync(arrived, Describe([1, 2, 3]), Alice)).File!;
        Assert.That(Download(file), Is.EqualTo(new byte[] { 1, 2, 3 }));
        var refused = await whole.TakeAsync(Sample.Body([4]), None);
        await whole.DiscardAsync(refused);
        await Host.Store.WriteChunkAsync(refused.BlobId, new(0, 0, 1), Sample.Body([4]), _ => { }, None);
        SetAge(refused.BlobId, TimeSpan.FromHours(5));
        Assert.That((await Janitor.SweepAsync(None)).Removed, Is.EqualTo(1), "nobody brings it any more");
    }

    [Test]
    public async Task Reports_a_blob_whose_bytes_are_gone_and_never_drops_it()
    {
        var (lost, kept) = (await UploadAsync(Sample.Of(100)), await UploadAsync(Sample.Of(200)));
        File.Delete(Host.Paths.BlobOf(lost.BlobId));
        Assert.That((await Janitor.SweepAsync(None)).Missing, Is.EqualTo(new[] { lost.BlobId }));
        Assert.That((await Host.Catalog.GetAsync(lost.Id, None)).BlobId, Is.EqualTo(lost.BlobId));
        await Refusal.OfAsync(UploadErrorCode.Damaged, () => Host.Catalog.OpenReadAsync(lost, None));
        Assert.That(Download(kept), Has.Length.EqualTo(200));
    }

    void SetAge(Id<Blob> blob, TimeSpan age)
    {
        var path = File.Exists(Host.Paths.PartOf(blob)) ? Host.Paths.PartOf(blob) : Host.Paths.BlobOf(blob);
        File.SetLastWriteTimeUtc(path, (Host.Time.GetUtcNow() - age).UtcDateTime);
    }
}
