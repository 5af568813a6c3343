using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Completion;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Infrastructure.Background;
using ChunkUploader.Tests.Support.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Catalog;

/// <summary>What was deleted can be restored for a while, and is nobody's until then.</summary>
[TestFixture]
public class TrashTests : ClientFixture
{
    static readonly byte[] Content = Sample.Of(250_000);

    /// <summary>So large that others are told of it.</summary>
    static readonly byte[] Large = Sample.Of(5 * Sample.MiB);

    Trash Trash => Host.Get<Trash>();

    [Test]
    public async Task A_file_in_the_trash_is_reached_by_no_link()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        await SendAllAsync(session, Content);
        var file = (await CompleteAsync(session)).File!;
        await Trash.PutAsync(file.Id, None);
        await Refusal.OfAsync(UploadErrorCode.FileNotFound, () => Host.Catalog.GetAsync(file.Id, None));
        await Refusal.OfAsync(UploadErrorCode.FileNotFound, () => Trash.PutAsync(file.Id, None));
        await Refusal.OfAsync(UploadErrorCode.FileNotFound, () => CompleteAsync(session));
        Assert.That((await Host.Service.GetAsync(session.Id, Alice, None)).File, Is.Null);
        Assert.That((await Host.Catalog.ListAsync(null, 1, None)).Total, Is.Zero);
        await RestartAsync();
        await Refusal.OfAsync(UploadErrorCode.FileNotFound, () => Host.Catalog.GetAsync(file.Id, None));
    }

    [Test]
    public async Task The_chunk_that_completed_it_begins_it_anew()
    {
        var form = FileOf(Content);
        var stored = (await SendAllAsync(form, Content, 0, 1, 2)).File!;
        await Trash.PutAsync(stored.Id, None);
        await Refusal.OfAsync(UploadErrorCode.FileNotFound, () => Forms.CompleteAsync(form, Alice, _ => { }, None));
        Host.Time.Advance(TimeSpan.FromMinutes(2)); // until then it may be the deleted file's, sent once more
        Assert.That((await SendAsync(form, 2, ChunkOf(Content, 2))).File, Is.Null);
        Assert.That(Download((await SendAllAsync(form, Content, 0, 1)).File!), Is.EqualTo(Content));
    }

    [Test]
    public async Task Is_offered_to_no_instant_upload_while_none_of_its_names_is_in_the_catalogue()
    {
        await RestartAsync(services => services.AddSingleton(new UploadPolicy { Md5Scope = InstantScope.Anyone }));
        var (one, other) = (await UploadAsync(Large, "one"), await UploadAsync(Large, "other", Bob));
        await Trash.PutAsync(one.Id, None);
        Assert.That(await OffersAsync(Bob, "1"), Is.EqualTo((true, true, true)), "the other name is there");
        await Trash.PutAsync(other.Id, None);
        Assert.That(await OffersAsync(Bob, "2"), Is.EqualTo((false, false, false)));
        await Trash.RestoreAsync(one.Id, None);
        Assert.That(await OffersAsync(Bob, "3"), Is.EqualTo((true, true, true)));
    }

    [Test]
    public async Task Is_not_offered_to_who_deleted_it_where_everybody_has_their_own()
    {
        await RestartAsync(services => services.AddSingleton(
            new UploadPolicy { Md5Scope = InstantScope.Owner, InstantScope = InstantScope.Owner }));
        await UploadAsync(Large, "other", Bob);
        await Trash.PutAsync((await UploadAsync(Large, "one")).Id, None);
        Assert.That(await OffersAsync(Alice, "1"), Is.EqualTo((false, false, false)));
        Assert.That(await OffersAsync(Bob, "1"), Is.EqualTo((true, true, true)));
    }

    [Test]
    public async Task What_was_put_there_since_it_was_offered_is_not_given()
    {
        var stored = await UploadAsync(Large);
        var offered = await BeginAsync(DescribeHashed(Large), Bob);
        await Trash.PutAsync(stored.Id, None);
        var answer = Sample.AnswerTo(offered.Challenge!, Large);
        var status = await Host.Service.ProveAsync(offered.Session.Id, Bob, answer, None);
        Assert.That((status.Session.State, status.File), Is.EqualTo((UploadState.Receiving, (StoredFile?)null)));

        var name = Name(stored.BlobId);
        Assert.That(await Host.Files.AddAsync(name, None), Is.False, "a claim by md5 is not given it either");
        await SendAllAsync(offered.Session, Large, Bob);
        Assert.That(Download((await CompleteAsync(offered.Session, Bob)).File!), Is.EqualTo(Large));
    }

    [Test]
    public async Task An_upload_that_brings_its_bytes_shares_them_and_both_live_on_by_themselves()
    {
        var (one, other) = (await UploadAsync(Content, "one"), await UploadAsync(Content, "other"));
        await Trash.PutAsync(one.Id, None);
        await Trash.PutAsync(other.Id, None);
        var again = await UploadAsync(Content, "again");
        Assert.That((again.BlobId, Blobs.Length), Is.EqualTo((one.BlobId, 1)));
        await Trash.DeleteAsync(one.Id, None);
        Assert.That(Download(again), Is.EqualTo(Content));
        await Host.DeleteAsync(again);
        await Trash.RestoreAsync(other.Id, None);
        Assert.That(Download(await Host.Catalog.GetAsync(other.Id, None)), Is.EqualTo(Content));
    }

    [Test]
    public async Task Restoring_makes_the_same_file_of_it_again()
    {
        var file = await UploadAsync(Content);
        await Host.Catalog.CountDownloadAsync(file, None);
        await Trash.PutAsync(file.Id, None);
        Host.Time.Advance(TimeSpan.FromDays(6));
        await RestartAsync();
        await Trash.RestoreAsync(file.Id, None);
        var restored = await Host.Catalog.GetAsync(file.Id, None);
        Assert.That(
            (restored.Name, restored.UploadedAt, restored.Downloads, restored.TrashedAt),
            Is.EqualTo((file.Name, file.UploadedAt, 1L, (DateTimeOffset?)null)));
        Assert.That(Download(restored), Is.EqualTo(Content));
        Assert.That((await Trash.ListAsync(null, 1, None)).Total, Is.Zero);
        await Refusal.OfAsync(UploadErrorCode.FileNotFound, () => Trash.RestoreAsync(file.Id, None));
        await Refusal.OfAsync(UploadErrorCode.FileNotFound, () => Trash.GetAsync(file.Id, None));
        await Refusal.OfAsync(UploadErrorCode.FileNotFound, () => Trash.DeleteAsync(file.Id, None));
    }

    [Test]
    public async Task Deleting_at_once_frees_the_room_at_once()
    {
        var file = await UploadAsync(Content);
        await Trash.PutAsync(file.Id, None);
        Assert.That(Blobs, Has.Length.EqualTo(1));
        await Trash.DeleteAsync(file.Id, None);
        Assert.That(Blobs, Is.Empty);
        await using var context = Host.Context();
        Assert.That(
            (context.Blobs.Count(), context.BlobBlocks.Count(), context.StoredFiles.IgnoreQueryFilters().Count()),
            Is.EqualTo((0, 0, 0)));
        await Refusal.OfAsync(UploadErrorCode.FileNotFound, () => Trash.RestoreAsync(file.Id, None));
    }

    [Test]
    public async Task Lists_what_was_deleted_last_first_and_finds_by_name_and_md5()
    {
        var files = new List<StoredFile>();
        for (var i = 0; i < 3; i++)
        {
            files.Add(await UploadAsync(Sample.Of(1000 + i), $"{i}.bin"));
        }

        foreach (var i in new[] { 1, 0, 2 })
        {
            Host.Time.Advance(TimeSpan.FromSeconds(1));
            await Trash.PutAsync(files[i].Id, None);
        }

        var kept = await UploadAsync(Sample.Of(1001), "1.bin");
        var page = await Trash.ListAsync(null, 1, None);
        Assert.That(page.Files.Select(file => file.Name), Is.EqualTo(new[] { "2.bin", "0.bin", "1.bin" }));
        Assert.That((page.Total, page.Files[0].Blob!.Size), Is.EqualTo((3, 1002)));
        Assert.That(page.Files[0].TrashedAt, Is.EqualTo(Host.Time.GetUtcNow()).Within(TimeSpan.FromMilliseconds(1)));
        foreach (var search in new[] { "1.B", Sample.Md5Of(Sample.Of(1001)).ToString() })
        {
            Assert.That((await Trash.ListAsync(search, -1, None)).Files.Single().Id, Is.EqualTo(files[1].Id));
            Assert.That((await Host.Catalog.ListAsync(search, 1, None)).Files.Single().Id, Is.EqualTo(kept.Id));
        }
    }

    [Test]
    public async Task Goes_for_good_once_its_lifetime_is_over_and_not_before()
    {
        var old = new List<StoredFile>();
        for (var i = 0; i < 12; i++)
        {
            old.Add(await UploadAsync(Sample.Of(1000 + i), $"{i}.bin"));
            await Trash.PutAsync(old[i].Id, None);
        }

        Host.Time.Advance(TimeSpan.FromHours(1));
        var young = await UploadAsync(Content);
        await Trash.PutAsync(young.Id, None);
        Host.Time.Advance(new UploadPolicy().TrashLifetime - TimeSpan.FromHours(1));
        Assert.That(await Trash.SweepAsync(None), Is.Zero);
        Host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await Trash.SweepAsync(None), Is.EqualTo(12));
        Assert.That(Blobs, Is.EqualTo(new[] { young.BlobId.ToString() }));
        Assert.That((await Trash.ListAsync(null, 1, None)).Files.Single().Id, Is.EqualTo(young.Id));
        Assert.That(await Trash.SweepAsync(None), Is.Zero);
    }

    [Test]
    public async Task Goes_with_the_hourly_sweep()
    {
        await Trash.PutAsync((await UploadAsync(Content)).Id, None);
        Host.Time.Advance(TimeSpan.FromDays(8));
        using var sweep = new HourlySweep(
            Host.Get<UploadExpiry>(),
            Trash,
            Host.Get<BlobJanitor>(),
            Host.Get<BlobIntegrity>(),
            Host.Time,
            NullLogger<HourlySweep>.Instance);
        await sweep.StartAsync(None);
        await Until.IsAsync(() =>
        {
            Host.Time.Advance(TimeSpan.FromMinutes(10));
            return Blobs.Length == 0;
        });
        await sweep.StopAsync(None);
    }

    [Test]
    public async Task Bytes_go_after_their_rows_and_one_that_stays_keeps_no_other()
    {
        var files = new List<StoredFile>();
        for (var i = 0; i < 7; i++)
        {
            files.Add(await UploadAsync(Sample.Of(1000 + i), $"{i}.bin"));
            await Trash.PutAsync(files[i].Id, None);
        }

        Host.Time.Advance(TimeSpan.FromDays(8));
        var stuck = files[1].BlobId;
        var store = new Mock<IBlobStore>();
        store.Setup(it => it.DeleteAsync(It.IsAny<Id<Blob>>(), It.IsAny<CancellationToken>()))
            .Returns((Id<Blob> blob, CancellationToken _) =>
            {
                using var context = Host.Context();
                Assert.That(context.Blobs.Any(row => row.Id == blob), Is.False, "a row would promise these bytes");
                return blob == stuck
                    ? Task.FromException(new IOException("stuck"))
                    : Host.Blobs.DeleteAsync(blob, None);
            });
        var trash = new Trash(Host.Files, store.Object, Policy, Host.Time);
        Assert.That(() => trash.SweepAsync(None), Throws.InstanceOf<AggregateException>());
        Assert.That(Blobs, Is.EqualTo(new[] { stuck.ToString() }));
        Assert.That(await Host.Files.ListBlobSizesAsync(None).ToListAsync(None), Is.Empty, "bytes without a name");
    }

    [Test]
    public async Task Restoring_while_it_is_deleted_for_good_leaves_all_of_it_or_nothing()
    {
        var restored = 0;
        for (var round = 0; round < 20; round++)
        {
            var file = await UploadAsync(Content);
            await Trash.PutAsync(file.Id, None);
            var restoring = Task.Run(() => WasThereAsync(() => Trash.RestoreAsync(file.Id, None)));
            var deleting = Task.Run(() => WasThereAsync(() => Trash.DeleteAsync(file.Id, None)));
            Assert.That(await restoring, Is.Not.EqualTo(await deleting));
            if (await restoring)
            {
                Assert.That(Download(await Host.Catalog.GetAsync(file.Id, None)), Is.EqualTo(Content));
                await Host.DeleteAsync(file);
                restored++;
            }

            Assert.That(Blobs, Is.Empty);
        }

        TestContext.Out.WriteLine($"{restored} of 20 were restored.");
    }

    /// <summary>Whether an upload of the content is offered what is there: by its digests, by its first block, by its
    /// md5.</summary>
    async Task<(bool Offered, bool Candidate, bool Claimed)> OffersAsync(Owner owner, string name)
    {
        var hashed = await BeginAsync(DescribeHashed(Large, $"hashed {name}"), owner);
        var plain = await BeginAsync(
            Describe(Large, $"plain {name}") with { FirstBlock = Sample.BlocksOf(Large)[0] }, owner);
        var claimed = await Host.Get<Md5Claims>().FindAsync(Sample.Md5Of(Large), null, null, owner, None);
        return (hashed.Challenge is not null, plain.Candidate == true, claimed is not null);
    }

    static async Task<bool> WasThereAsync(Func<Task> work)
    {
        try
        {
            await work();
            return true;
        }
        catch (UploadException refusal) when (refusal.Code == UploadErrorCode.FileNotFound)
        {
            return false;
        }
    }

    StoredFile Name(Id<Blob> blob) => new()
    {
        Id = Id<StoredFile>.New(),
        BlobId = blob,
        Owner = Bob.Key,
        Name = "claimed",
        ContentType = "application/octet-stream",
        UploadedAt = Host.Time.GetUtcNow(),
    };
}
