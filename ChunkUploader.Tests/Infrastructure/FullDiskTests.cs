using ChunkUploader.Domain;
using ChunkUploader.Infrastructure.Storage;
using ChunkUploader.Tests.Support;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Infrastructure;

/// <summary>A disk without a free byte: what needs room is refused, what makes room works.</summary>
[TestFixture]
public class FullDiskTests : CoreFixture
{
    static readonly byte[] Content = Sample.Of(2 * Sample.MiB);

    TmpfsMount? _disk;

    [SetUp]
    public async Task StartOnTmpfsMountAsync()
    {
        _disk = TmpfsMount.Mount(64 << 20);
        await Host.DisposeAsync();
        Host = new CoreHost(new TempFolder(Path.Combine(_disk.Path, "data")));
    }

    [TearDown]
    public async Task UnmountAsync()
    {
        await Host.DisposeAsync();
        _disk?.Dispose();
    }

    [Test]
    public async Task Deleting_and_cancelling_work_and_everything_else_says_that_there_is_no_room()
    {
        var file = await UploadAsync(Content);
        var open = (await BeginAsync(Describe(Sample.Of(3 * Sample.MiB), "open"))).Session;
        await SendAsync(open, Sample.Of(3 * Sample.MiB), 0);
        var received = (await BeginAsync(Describe(Sample.Of(10), "received"))).Session;
        await SendAllAsync(received, Sample.Of(10));
        _disk!.Fill();

        // As long as there is room in what the log has taken already, one or another may succeed.
        await FillLogAsync();
        await Refusal.OfAsync(UploadErrorCode.StorageFull, () => BeginAsync(Describe([], "empty")));
        await Refusal.OfAsync(UploadErrorCode.StorageFull, () => BeginAsync(Describe([1], "new")));
        await Refusal.OfAsync(UploadErrorCode.StorageFull, () => SendAsync(open, Sample.Of(3 * Sample.MiB), 1));
        await Refusal.OfAsync(UploadErrorCode.StorageFull, () => CompleteAsync(received));

        await Host.DeleteAsync(file);
        Assert.That(File.Exists(Host.Paths.BlobOf(file.BlobId)), Is.False);
        _disk.Fill();
        await Host.Service.CancelAsync(open.Id, Alice, None);
        Assert.That(File.Exists(Host.Paths.PartOf(open.BlobId)), Is.False);

        _disk.Empty();
        Assert.That(Download((await CompleteAsync(received)).File!), Is.EqualTo(Sample.Of(10)));
        Host.Get<DiskReserve>().Take();
        Assert.That(new FileInfo(Host.Paths.Reserve).Length, Is.EqualTo(DiskReserve.Size), "for the next time");
    }

    [Test]
    public async Task It_starts_on_a_full_disk_and_what_is_there_can_be_read()
    {
        var file = await UploadAsync(Content);
        _disk!.Fill();
        await Host.DisposeAsync();
        Host = new CoreHost(new TempFolder(Path.Combine(_disk.Path, "data")));
        Assert.That(Download(await Host.Catalog.GetAsync(file.Id, None)).AsSpan().SequenceEqual(Content));
        await Host.DeleteAsync(file);
    }

    async Task FillLogAsync()
    {
        for (var i = 0; i < 5000; i++)
        {
            try
            {
                await BeginAsync(Describe([], $"{i}"));
            }
            catch (UploadException refusal) when (refusal.Code == UploadErrorCode.StorageFull)
            {
                return;
            }
        }

        Assert.Fail("The disk is never full.");
    }
}
