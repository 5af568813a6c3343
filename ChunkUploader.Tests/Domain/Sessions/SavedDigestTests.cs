using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Infrastructure.Persistence;
using ChunkUploader.Tests.Support.Core;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Sessions;

/// <summary>
/// What was hashed is not read again. Whether it is shows where the stored bytes are spoilt after they were hashed:
/// only who reads them again has another digest.
/// </summary>
[TestFixture]
public sealed class SavedDigestTests : CoreFixture
{
    static readonly byte[] Content = Sample.Of((21 * Sample.MiB) + 5);

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(8)]
    public async Task After_a_stop_of_the_server_only_the_block_that_was_begun_is_read_again(int chunkMiB)
    {
        var session = await SendAllButLastAsync(chunkMiB);
        await Host.Uploads.SaveDigestsAsync();
        await SpoilAndRestartAsync(session, session.Prefix / Block.Size * Block.Size);
        await FinishAsync(session);
    }

    [TestCase(1)]
    [TestCase(8)]
    public async Task Each_chunk_saves_what_was_hashed_before_it(int chunkMiB)
    {
        var session = await SendAllButLastAsync(chunkMiB);
        var before = session.Prefix - (chunkMiB * Sample.MiB);
        await SpoilAndRestartAsync(session, before / Block.Size * Block.Size);
        await FinishAsync(session);
    }

    [Test]
    public async Task A_chunk_and_what_was_hashed_before_it_are_one_commit()
    {
        var counter = new CommitCounter();
        await RestartAsync(services => services.ConfigureDbContext<UploaderDbContext>(
            options => options.AddInterceptors(counter)));
        var session = await SendAllButLastAsync(4);
        var before = counter.Commits;
        await SendAsync(session, Content, session.Plan.Count!.Value - 1);

        Assert.That(counter.Commits, Is.EqualTo(before + 1));
        var saved = await Host.Repository.FindDigestAsync(session.Id, None);
        Assert.That(saved!.Position, Is.EqualTo(5L * Block.Size));
    }

    [Test]
    public async Task What_nobody_has_used_for_a_while_is_not_read_again_either()
    {
        var session = await SendAllButLastAsync(1);
        await Host.Uploads.SaveDigestsAsync();
        Host.Time.Advance(TimeSpan.FromMinutes(3));
        Host.Uploads.ReleaseIdle();
        Spoil(session, 0);
        await FinishAsync(session);
    }

    [Test]
    public async Task Nothing_saved_is_believed_once_bytes_were_lost()
    {
        var session = await SendAllButLastAsync(1);
        await Host.Uploads.SaveDigestsAsync();
        Spoil(session, 5 * Sample.MiB);
        await File.WriteAllTextAsync(Host.Paths.Boot, "another boot");
        await RestartAsync();

        var other = Content.ToArray();
        other[(5 * Sample.MiB) + 1] ^= 1;
        await SendAsync(session, other, 5);
        await SendAsync(session, Content, session.Plan.Count!.Value - 1);
        var file = (await CompleteAsync(session)).File!;

        Assert.That((file.Blob!.Md5, file.Blob.ContentHash), Is.EqualTo((Sample.Md5Of(other), Sample.HashOf(other))));
    }

    [Test]
    public async Task Nothing_is_kept_of_it_beyond_the_end()
    {
        var session = await SendAllButLastAsync(1);
        await Host.Uploads.SaveDigestsAsync();
        var before = await Host.Repository.FindDigestAsync(session.Id, None);
        await FinishAsync(session);
        await Host.Repository.SaveDigestAsync(session.Id, before!, None);

        Assert.That(before!.Blocks, Has.Count.EqualTo(5));
        using var context = Host.Context();
        Assert.That((context.SavedDigests.Count(), context.SavedBlocks.Count()), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task What_comes_late_does_not_replace_what_is_further()
    {
        var session = await SendAllButLastAsync(1);
        await Host.Uploads.SaveDigestsAsync();
        var far = (await Host.Repository.FindDigestAsync(session.Id, None))!;
        await Host.Repository.SaveDigestAsync(session.Id, new DigestProgress(Md5State.Empty, []), None);

        Assert.That((await Host.Repository.FindDigestAsync(session.Id, None))!.Md5, Is.EqualTo(far.Md5));
    }

    /// <summary>In order, each once the one before it is hashed.</summary>
    async Task<UploadSession> SendAllButLastAsync(int chunkMiB)
    {
        var session = (await BeginAsync(Describe(Content), chunkSize: chunkMiB * Sample.MiB)).Session;
        using var lease = await Host.Uploads.AcquireAsync(session.Id, None);
        for (var index = 0; index < session.Plan.Count - 1; index++)
        {
            await SendAsync(session, Content, index);
            await lease.Upload.Hasher.ReachedAsync(session.Prefix).WaitAsync(Until.Limit);
        }

        return session;
    }

    /// <summary>Spoils the first and the last byte that must not be read again.</summary>
    async Task SpoilAndRestartAsync(UploadSession session, long hashed)
    {
        await RestartAsync();
        Spoil(session, 0);
        Spoil(session, hashed - 1);
    }

    void Spoil(UploadSession session, long offset)
    {
        using var part = new FileStream(
            Host.Paths.PartOf(session.BlobId), FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        part.Position = offset;
        part.WriteByte((byte)(Content[offset] ^ 1));
    }

    async Task FinishAsync(UploadSession session)
    {
        await SendAsync(session, Content, session.Plan.Count!.Value - 1);
        var file = (await CompleteAsync(session)).File!;
        Assert.That(
            (file.Blob!.Md5, file.Blob.ContentHash), Is.EqualTo((Sample.Md5Of(Content), Sample.HashOf(Content))));
    }
}
