using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Clients;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Tests.Support.Core;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Clients;

/// <summary>Files of which nothing is said but the number of chunks.</summary>
public class StagedChunkTests : ClientFixture
{
    static readonly byte[] Content = Sample.Of(250_000);

    [Test]
    public async Task Chunks_come_in_any_order(
        [Values("0,1,2", "0,2,1", "1,0,2", "1,2,0", "2,0,1", "2,1,0")] string order, [Values] bool saysSize)
    {
        var file = FileOf(ChunkPlan.Open(saysSize ? Content.Length : null, count: 3));
        var receipt = await SendAllAsync(file, Content, order.Split(',').Select(int.Parse));
        Assert.That(Download(receipt.File!), Is.EqualTo(Content));
        Assert.That(Parts, Is.Empty);
        Assert.That(Blobs, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Or_all_at_once()
    {
        for (var round = 0; round < 20; round++)
        {
            var file = FileOf(ChunkPlan.Open(count: 3), $"{round}");
            var receipts = await Task.WhenAll(
                Enumerable.Range(0, 3).Select(index => Task.Run(() => SendAsync(file, index, ChunkOf(Content, index)))));
            Assert.That(receipts.Count(receipt => receipt.File is not null), Is.AtLeast(1), $"round {round}");
        }

        Assert.That((await StoredAsync()).Select(Download).ToList(), Has.Count.EqualTo(20).And.All.EqualTo(Content));
        Assert.That(Parts, Is.Empty);
    }

    [Test]
    public async Task The_last_one_first_survives_a_restart_and_a_sweep()
    {
        var file = FileOf(ChunkPlan.Open(count: 3));
        var staged = await SendAsync(file, 2, ChunkOf(Content, 2));
        Assert.That((staged.ReceivedCount, staged.Missing), Is.EqualTo((1, new[] { 0, 1 })));
        Assert.That(await IsInAsync(file, 2), Is.True);
        await RestartAsync();
        await Host.Get<BlobJanitor>().SweepAsync(None);
        Assert.That(Download((await SendAllAsync(file, Content, 0, 1)).File!), Is.EqualTo(Content));
    }

    [Test]
    public async Task The_staged_one_is_compared_when_it_comes_again()
    {
        var file = FileOf(ChunkPlan.Open(count: 3));
        await SendAllAsync(file, Content, 2, 2);
        Assert.That(Parts, Has.Length.EqualTo(1));
        await Refusal.OfAsync(UploadErrorCode.ChunkDiffers, () => SendAsync(file, 2, Sample.Of(50_000, seed: 7)));
        await Refusal.OfAsync(UploadErrorCode.SessionConflict, () => SendAsync(file, 0, ChunkOf(Content, 0)));
    }

    [Test]
    public async Task It_goes_with_its_session()
    {
        var file = FileOf(ChunkPlan.Open(count: 3));
        await SendAsync(file, 2, ChunkOf(Content, 2));
        Host.Time.Advance(TimeSpan.FromDays(8));
        await Host.Get<UploadExpiry>().SweepAsync(None);
        Assert.That(Parts, Is.Empty);
    }

    [Test]
    public async Task A_chunk_that_contradicts_it_is_another_files()
    {
        var file = FileOf(ChunkPlan.Open(count: 3));
        await SendAsync(file, 2, ChunkOf(Content, 2));
        await Refusal.OfAsync(UploadErrorCode.ChunkLengthMismatch, () => SendAsync(file, 0, new byte[49_999]));
        await Refusal.OfAsync(UploadErrorCode.SessionConflict, () => SendAsync(file, 0, ChunkOf(Content, 0)));
        Host.Time.Advance(TimeSpan.FromSeconds(151));
        Assert.That(Download((await SendAllAsync(file, Content, 0, 1, 2)).File!), Is.EqualTo(Content));
        Assert.That(Parts, Is.Empty);
    }

    [Test]
    public async Task A_chunk_of_another_length_than_the_one_that_is_in_is_another_files([Values(0, 1)] int index)
    {
        var file = FileOf(ChunkPlan.Open(count: 2));
        await SendAsync(file, 0, Sample.Of(1000));
        await Refusal.OfAsync(UploadErrorCode.ChunkLengthMismatch, () => SendAsync(file, index, Sample.Of(2000)));
        await Refusal.OfAsync(UploadErrorCode.SessionConflict, () => SendAsync(file, 1, Sample.Of(500)));
        Assert.That(await StoredAsync(), Is.Empty);
    }

    [Test]
    public async Task A_damaged_chunk_tells_nothing()
    {
        var (file, wrong) = (FileOf(ChunkPlan.Open(count: 3)), new DeclaredDigests([Sample.Sha256Of([1])]));
        await Refusal.OfAsync(
            UploadErrorCode.ChunkDigestMismatch, () => SendAsync(file, 0, new byte[700], expected: wrong));
        Assert.That(Download((await SendAllAsync(file, Content, 0, 1, 2)).File!), Is.EqualTo(Content));
    }

    [Test]
    public async Task Damage_to_the_staged_one_when_it_comes_again_is_no_conflict()
    {
        var (file, right) = (FileOf(ChunkPlan.Open(count: 3)), new DeclaredDigests([Sample.Sha256Of(ChunkOf(Content, 2))]));
        await SendAsync(file, 2, ChunkOf(Content, 2), expected: right);
        await Refusal.OfAsync(
            UploadErrorCode.ChunkDigestMismatch, () => SendAsync(file, 2, new byte[50_000], expected: right));
        Assert.That(Download((await SendAllAsync(file, Content, 0, 1)).File!), Is.EqualTo(Content));
    }

    [Test]
    public async Task One_whose_bytes_are_gone_is_missing_again()
    {
        var file = FileOf(ChunkPlan.Open(count: 3));
        await SendAsync(file, 2, ChunkOf(Content, 2));
        File.Delete(Path.Combine(Host.Paths.Parts, Parts.Single()));
        await SendAsync(file, 0, ChunkOf(Content, 0));
        var refusal = await Refusal.OfAsync(UploadErrorCode.ChunksMissing, () => SendAsync(file, 1, ChunkOf(Content, 1)));
        Assert.That(refusal.Missing, Is.EqualTo(new[] { new IndexRange(2, 2) }), "it was acknowledged");
        Assert.That(Download((await SendAsync(file, 2, ChunkOf(Content, 2))).File!), Is.EqualTo(Content));
    }

    [Test]
    public async Task It_is_not_lost_where_its_place_cannot_be_written_to_for_a_moment()
    {
        var (file, writes) = (FileOf(ChunkPlan.Open(count: 3)), 0);
        await RestartAsync(services => Interception<IPartStore>.Register(services, called =>
        {
            if (called == nameof(IPartStore.WriteChunkAsync) && ++writes == 3)
            {
                throw new IOException("EIO");
            }
        }));
        await SendAsync(file, 2, ChunkOf(Content, 2));
        await Assert.CatchAsync<IOException>(() => SendAsync(file, 0, ChunkOf(Content, 0)));
        Assert.That(Download((await SendAllAsync(file, Content, 0, 1)).File!), Is.EqualTo(Content));
    }

    [Test]
    public async Task A_damaged_one_is_not_kept()
    {
        var chunk = new ClientChunk(FileOf(ChunkPlan.Open(count: 3)), 2);
        var wrong = new DeclaredDigests([Sample.Sha256Of([1])]);
        await Refusal.OfAsync(
            UploadErrorCode.ChunkDigestMismatch, () => ReceiveAsync(chunk, Stage(new byte[9], wrong)));
        Assert.That(Parts, Is.Empty);
    }

    [Test]
    public async Task A_single_chunk_or_an_empty_one_is_the_whole_file([Values(0, 70_000)] int size)
    {
        var content = Sample.Of(size);
        var receipt = await SendAsync(FileOf(ChunkPlan.Open(count: 1)), 0, content);
        Assert.That(Download(receipt.File!), Is.EqualTo(content));
    }

    [Test]
    public async Task A_file_that_turns_out_too_large_is_refused()
    {
        await RestartAsync(services => services.AddSingleton(new UploadPolicy { MaxFileSize = 200_000 }));
        var file = FileOf(ChunkPlan.Open(count: 3));
        await SendAllAsync(file, Content, 0, 1);
        await Refusal.OfAsync(UploadErrorCode.FileTooLarge, () => SendAsync(file, 2, ChunkOf(Content, 2)));
        var sparse = FileOf(ChunkPlan.Open(count: 1000), "sparse");
        await Refusal.OfAsync(UploadErrorCode.FileTooLarge, () => SendAsync(sparse, 0, ChunkOf(Content, 0)));
        await Refusal.OfAsync(UploadErrorCode.FileTooLarge, () => SendAsync(sparse, 999, Content));
    }
}
