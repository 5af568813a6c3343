using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Infrastructure.Background;
using ChunkUploader.Tests.Support;
using ChunkUploader.Tests.Support.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Catalog;

/// <summary>A blob whose bytes are damaged on the disk although files point to it.</summary>
[TestFixture]
public sealed class BlobIntegrityTests : CoreFixture
{
    static readonly byte[] Content = Sample.Of((5 * Sample.MiB) + 5);
    static readonly TimeSpan Day = TimeSpan.FromDays(1);
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public enum Damage
    {
        Gone,
        Empty,
        Short,
        Long,
        Folder,
    }

    [Test]
    public async Task The_next_upload_of_its_content_repairs_it([Values] Damage damage, [Values] bool isWhole)
    {
        var first = await UploadAsync(Content, "first.bin");
        Inflict(damage, first);
        AssertWhole(first, await UploadAgainAsync(isWhole));
    }

    [Test]
    public async Task An_empty_blob_is_repaired_too()
    {
        var first = await UploadWholeAsync([]);
        Inflict(Damage.Gone, first);
        var second = await UploadWholeAsync([]);
        Assert.That((second.BlobId, Download(second).Length, Download(first).Length), Is.EqualTo((first.BlobId, 0, 0)));
    }

    [Test]
    public async Task Flipped_bits_are_replaced_by_a_copy_that_is_uploaded_a_day_later([Values] bool isWhole)
    {
        var first = await UploadAsync(Content, "first.bin");
        FlipBit(first);
        Host.Time.Advance(Day);
        AssertWhole(first, await UploadAgainAsync(isWhole));
        Assert.That((await Host.Catalog.GetAsync(first.Id, None)).Blob!.VerifiedAt, Is.EqualTo(Host.Time.GetUtcNow()));
    }

    [Test]
    public async Task Bytes_that_were_verified_within_a_day_are_kept()
    {
        var first = await UploadAsync(Content, "first.bin");
        Assert.That(first.Blob!.VerifiedAt, Is.EqualTo(Host.Time.GetUtcNow()), "when it was stored");
        Host.Time.Advance(Day - Second);
        await AssertKeepsAsync();
        Host.Time.Advance(Second);
        await UploadAgainAsync();
        Host.Time.Advance(Day - Second);
        await AssertKeepsAsync();

        async Task AssertKeepsAsync()
        {
            var before = new FileInfo(Host.Paths.BlobOf(first.BlobId)).LastWriteTimeUtc;
            await UploadAgainAsync();
            Assert.That(new FileInfo(Host.Paths.BlobOf(first.BlobId)).LastWriteTimeUtc, Is.EqualTo(before));
            Assert.That((Blobs.Length, Parts.Length), Is.EqualTo((1, 0)));
        }
    }

    [Test]
    public async Task Is_refused_and_logged_once([Values] Damage damage)
    {
        using var log = new LogRecorder();
        await RestartAsync(services => services.AddSingleton<ILoggerProvider>(log));
        await UploadAsync([1, 2, 3]); // else its loss would look as if the disk were not mounted
        var file = await UploadAsync(Content);
        Inflict(damage, file);
        await AssertRefusedAsync(file);
        await AssertRefusedAsync(file);
        await RestartAsync(services => services.AddSingleton<ILoggerProvider>(log));
        await AssertRefusedAsync(await Host.Catalog.GetAsync(file.Id, None));
        Assert.That(log.Of(LogLevel.Critical), Has.Length.EqualTo(1));
        Assert.That(log.Of(LogLevel.Critical)[0], Does.Contain($"{file.BlobId}").And.Contain("damaged"));

        await UploadAgainAsync();
        Assert.That(Download(await Host.Catalog.GetAsync(file.Id, None)).AsSpan().SequenceEqual(Content));
        Inflict(damage, file);
        await AssertRefusedAsync(await Host.Catalog.GetAsync(file.Id, None));
        Assert.That(log.Of(LogLevel.Critical), Has.Length.EqualTo(2), "another damage");
    }

    [Test]
    public async Task Can_be_deleted([Values] Damage damage)
    {
        var file = await UploadAsync(Content);
        Inflict(damage, file);
        await Host.DeleteAsync(file);
        Assert.That(Path.Exists(Host.Paths.BlobOf(file.BlobId)), Is.False);
    }

    [Test]
    public async Task A_file_that_was_deleted_a_moment_ago_is_not_damaged()
    {
        using var log = new LogRecorder();
        await RestartAsync(services => services.AddSingleton<ILoggerProvider>(log));
        var file = await UploadAsync(Content);
        await Host.DeleteAsync(file);
        await Refusal.OfAsync(UploadErrorCode.FileNotFound, () => Host.Catalog.OpenReadAsync(file, None));
        Assert.That(log.Of(LogLevel.Critical), Is.Empty);
    }

    [Test]
    public async Task Is_not_offered_as_an_instant_upload([Values] Damage damage)
    {
        Inflict(damage, await UploadAsync(Content));
        Assert.That((await BeginAsync(DescribeHashed(Content), Bob)).Challenge, Is.Null);
    }

    [Test]
    public async Task Is_no_candidate([Values] Damage damage)
    {
        Inflict(damage, await UploadAsync(Content));
        var file = Describe(Content) with { FirstBlock = Sample.BlocksOf(Content)[0] };
        Assert.That((await BeginAsync(file, Bob)).Candidate, Is.False);
    }

    [Test]
    public async Task Hides_no_other_candidate()
    {
        // Both begin with the same block and are equally long.
        var one = Sample.Of((4 * Sample.MiB) + 5);
        byte[] other = [.. one[..^1], (byte)~one[^1]];
        var (first, second) = (await UploadAsync(one), await UploadAsync(other));
        var file = Describe(one) with { FirstBlock = Sample.BlocksOf(one)[0] };
        Inflict(Damage.Short, first);
        Assert.That((await BeginAsync(file, Bob)).Candidate, Is.True);
        Inflict(Damage.Short, second);
        Assert.That((await BeginAsync(file with { FileName = "b" }, Bob)).Candidate, Is.False);
    }

    [Test]
    public async Task Is_not_found_by_its_md5([Values] Damage damage)
    {
        Inflict(damage, await UploadAsync(Content));
        Assert.That(await Host.Get<Md5Claims>().FindAsync(Sample.Md5Of(Content), null, null, Alice, None), Is.Null);
    }

    [Test]
    public async Task Leaves_its_md5_to_no_other_content()
    {
        var (one, two) = Md5Collision.Pair();
        Inflict(Damage.Short, await UploadAsync(one.Bytes));
        await UploadAsync(two.Bytes);
        Assert.That(await Host.Get<Md5Claims>().FindAsync(Sample.Md5Of(one.Bytes), null, null, Alice, None), Is.Null);
    }

    [Test]
    public async Task Is_not_given_for_an_offer_that_came_before_the_damage([Values] Damage damage)
    {
        var stored = await UploadAsync(Content);
        var offered = await BeginAsync(DescribeHashed(Content), Bob);
        Inflict(damage, stored);
        await AssertGoesOnAsync(offered);
    }

    [Test]
    public async Task Is_not_given_once_it_is_marked_although_its_bytes_answer_the_offer()
    {
        var stored = await UploadAsync(Content);
        var offered = await BeginAsync(DescribeHashed(Content), Bob);
        await Host.Files.MarkDamagedAsync(stored.Blob!, Host.Time.GetUtcNow(), None);
        await AssertGoesOnAsync(offered);
    }

    [Test]
    public async Task A_wrong_answer_to_an_offer_is_no_sign_of_damage()
    {
        var stored = await UploadAsync(Content);
        var offered = await BeginAsync(DescribeHashed(Content), Bob);
        await Host.Service.ProveAsync(offered.Session.Id, Bob, Sample.Sha256Of([1]), None);
        Assert.That((await Host.Catalog.GetAsync(stored.Id, None)).Blob!.DamagedAt, Is.Null);
    }

    [Test]
    public async Task What_was_put_back_is_served_again_once_it_was_read()
    {
        var (file, other) = (await UploadAsync(Content), await UploadAsync(Content[1..]));
        foreach (var damaged in new[] { file, other })
        {
            Inflict(Damage.Gone, damaged);
            await AssertRefusedAsync(damaged);
        }

        await Host.Get<BlobIntegrity>().RecheckAsync(None);
        await File.WriteAllBytesAsync(Host.Paths.BlobOf(file.BlobId), Content);
        await File.WriteAllBytesAsync(Host.Paths.BlobOf(other.BlobId), Content[..^1]);
        await AssertRefusedAsync(await Host.Catalog.GetAsync(file.Id, None));

        await Host.Get<BlobIntegrity>().RecheckAsync(None);
        Assert.That(Download(await Host.Catalog.GetAsync(file.Id, None)).AsSpan().SequenceEqual(Content));
        await AssertRefusedAsync(await Host.Catalog.GetAsync(other.Id, None));
    }

    [Test]
    public async Task What_was_put_back_is_read_by_the_hourly_sweep()
    {
        var file = await UploadAsync(Content);
        Inflict(Damage.Gone, file);
        await AssertRefusedAsync(file);
        await File.WriteAllBytesAsync(Host.Paths.BlobOf(file.BlobId), Content);
        var sweep = Host.Get<IEnumerable<IHostedService>>().OfType<HourlySweep>().Single();
        await sweep.StartAsync(None);
        await Until.IsAsync(() => Host.Time.Waits > 0);
        Host.Time.Advance(TimeSpan.FromHours(1));
        await Eventually.Is(
            async () => (await Host.Catalog.GetAsync(file.Id, None)).Blob!.DamagedAt is null, "the mark is taken off");
        await sweep.StopAsync(None);
        Assert.That(Download(await Host.Catalog.GetAsync(file.Id, None)).AsSpan().SequenceEqual(Content));
    }

    [TestCase(1, 2)]
    [TestCase(0, 1)]
    [TestCase(null, 3)]
    public async Task Of_bytes_that_are_back_no_more_is_read_than_tells(int? wrongBlock, int reads)
    {
        var bytes = Sample.Of((9 * Sample.MiB) + 1);
        var file = await UploadAsync(bytes, "large.bin");
        Inflict(Damage.Gone, file);
        await AssertRefusedAsync(file);
        if (wrongBlock is { } block)
        {
            bytes[(block * 4 * Sample.MiB) + 7] ^= 1;
        }

        await File.WriteAllBytesAsync(Host.Paths.BlobOf(file.BlobId), bytes);
        var count = 0;
        await RestartAsync(services => Interception<IPartStore>.Register(
            services, called => count += called == nameof(IPartStore.ReadAsync) ? 1 : 0));
        await Host.Get<BlobIntegrity>().RecheckAsync(None);
        Assert.That(
            (count, (await Host.Catalog.GetAsync(file.Id, None)).Blob!.DamagedAt is null),
            Is.EqualTo((reads, wrongBlock is null)));
    }

    [TestCase(nameof(IBlobStore.ReplaceAsync))]
    [TestCase(nameof(IStoredFileRepository.MarkVerifiedAsync))]
    [TestCase(nameof(IUploadRepository.PublishAsync))]
    public async Task A_crash_on_the_way_loses_neither_copy(string before)
    {
        var first = await UploadAsync(Content, "first.bin");
        Inflict(Damage.Short, first);
        await InterceptAsync(before, () => throw new IOException("killed"));
        var session = (await BeginAsync(Describe(Content, "second.bin"), Bob)).Session;
        await SendAllAsync(session, Content, Bob);
        await Assert.CatchAsync<IOException>(() => CompleteAsync(session, Bob));

        await RestartAsync();
        await Host.RecoverAsync();
        var recovered = (await Host.Repository.FindAsync(session.Id, None))!.Value.Session;
        Assert.That(recovered.State, Is.EqualTo(UploadState.Completed), "without anybody asking");
        AssertWhole(first, (await CompleteAsync(session, Bob)).File!);
    }

    [TestCase(nameof(IBlobStore.ReplaceAsync))]
    [TestCase(nameof(IStoredFileRepository.MarkVerifiedAsync))]
    [TestCase(nameof(IUploadRepository.PublishAsync))]
    public async Task Its_last_file_may_be_deleted_on_the_way(string before)
    {
        var first = await UploadAsync(Content, "first.bin");
        Inflict(Damage.Short, first);
        await InterceptAsync(before, () => Host.DeleteAsync(first).GetAwaiter().GetResult());
        AssertWhole(await UploadAgainAsync());
    }

    [TestCase(nameof(IBlobStore.ReplaceAsync))]
    [TestCase(nameof(IStoredFileRepository.MarkVerifiedAsync))]
    [TestCase(nameof(IUploadRepository.PublishAsync))]
    public async Task Another_copy_may_repair_it_on_the_way(string before)
    {
        var first = await UploadAsync(Content, "first.bin");
        Inflict(Damage.Short, first);
        StoredFile? third = null;
        await InterceptAsync(before, () => third = UploadWholeAsync(Content, "third.bin").GetAwaiter().GetResult());
        var second = await UploadAgainAsync();
        AssertWhole(first, second, third!);
    }

    Task<StoredFile> UploadAgainAsync(bool isWhole = false) => isWhole
        ? UploadWholeAsync(Content, "second.bin", Bob)
        : UploadAsync(Content, "second.bin", Bob);

    /// <summary>A right answer is not enough: the upload goes on, and its bytes repair the blob.</summary>
    async Task AssertGoesOnAsync(UploadStatus offered)
    {
        byte[] asked =
        [
            .. offered.Challenge!.Nonce,
            .. offered.Challenge.Ranges().SelectMany(range => Content[(int)range.Offset..][..range.Length]),
        ];
        var status = await Host.Service.ProveAsync(offered.Session.Id, Bob, Sample.Sha256Of(asked), None);
        Assert.That((status.Session.State, status.IsWrongProof), Is.EqualTo((UploadState.Receiving, false)));
        await SendAllAsync(status.Session, Content, Bob);
        AssertWhole((await CompleteAsync(status.Session, Bob)).File!);
    }

    /// <summary>All are names of one blob, which has the content, and nothing else is left.</summary>
    void AssertWhole(params StoredFile[] files)
    {
        Assert.That(files.Select(file => file.BlobId).Distinct().Count(), Is.EqualTo(1));
        Assert.That(files.Select(file => Download(file).AsSpan().SequenceEqual(Content)), Is.All.True);
        Assert.That(Blobs.Concat(Parts), Is.EqualTo(new[] { files[0].BlobId.ToString() }));
    }

    async Task AssertRefusedAsync(StoredFile file) =>
        await Refusal.OfAsync(UploadErrorCode.Damaged, () => Host.Catalog.OpenReadAsync(file, None));

    /// <summary>From now on, something happens before the first call of a method.</summary>
    Task InterceptAsync(string method, Action happens)
    {
        var calls = 0;
        return RestartAsync(services =>
        {
            Interception<IBlobStore>.Register(services, Before);
            Interception<IStoredFileRepository>.Register(services, Before);
            Interception<IUploadRepository>.Register(services, Before);
        });

        void Before(string called)
        {
            if (called == method && Interlocked.Increment(ref calls) == 1)
            {
                happens();
            }
        }
    }

    void Inflict(Damage damage, StoredFile file)
    {
        var path = Host.Paths.BlobOf(file.BlobId);
        if (damage is Damage.Gone or Damage.Folder)
        {
            File.Delete(path);
            if (damage == Damage.Folder)
            {
                Directory.CreateDirectory(Path.Combine(path, "somebody's"));
            }

            return;
        }

        using var bytes = File.OpenWrite(path);
        bytes.SetLength(damage switch
        {
            Damage.Empty => 0,
            Damage.Short => bytes.Length - 1,
            _ => bytes.Length + 1,
        });
    }

    void FlipBit(StoredFile file)
    {
        using var bytes = File.OpenWrite(Host.Paths.BlobOf(file.BlobId));
        bytes.Position = 1_000_000;
        bytes.WriteByte((byte)(Content[1_000_000] ^ 1));
    }
}
