using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Chunks;

/// <summary>A client compares its file with what is in before it goes on.</summary>
[TestFixture]
public class ReceivedBlocksTests : CoreFixture
{
    static readonly byte[] Content = Sample.Of((13 * Sample.MiB) + 99);
    static readonly Sha256Digest[] Blocks = Sample.BlocksOf(Content);

    [Test]
    public async Task Tells_the_digests_of_whole_blocks_only([Values] bool afterRestart)
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        foreach (var index in new[] { 0, 1, 2, 3, 4, 5, 7, 12, 13 })
        {
            await SendAsync(session, Content, index);
        }

        await RestartIfAsync(afterRestart);
        Assert.That(await ListAsync(session, 0, 100),
            Is.EqualTo(new Sha256Digest?[] { Blocks[0], null, null, Blocks[3] }));
        await SendAsync(session, Content, 6);
        Assert.That(await ListAsync(session, 1, 2), Is.EqualTo(new Sha256Digest?[] { Blocks[1], null }));
    }

    [Test]
    public async Task Tells_them_of_chunks_that_are_several_blocks([Values] bool afterRestart)
    {
        var session = (await BeginAsync(Describe(Content), chunkSize: 8 * Sample.MiB)).Session;
        await SendAsync(session, Content, 1);
        await RestartIfAsync(afterRestart);
        Assert.That(await ListAsync(session, 0, 100),
            Is.EqualTo(new Sha256Digest?[] { null, null, Blocks[2], Blocks[3] }));
    }

    [Test]
    public async Task Gives_as_many_as_there_are_and_were_asked_for()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        Assert.That(await ListAsync(session, 0, 0), Is.Empty);
        Assert.That(await ListAsync(session, 4, 10), Is.Empty);
        Assert.That(await ListAsync(session, int.MaxValue, int.MaxValue), Is.Empty);
        Assert.That(await ListAsync(session, 3, int.MaxValue), Has.Count.EqualTo(1));
        var large = Describe(Content, "large") with { Size = 1L << 40 };
        var many = (await Host.Service.BeginAsync(
            large with { Size = 2L << 30 }, Alice, ChunkPlan.For(2L << 30, Sample.MiB), None)).Session;
        Assert.That(await ListAsync(many, 0, int.MaxValue), Has.Count.EqualTo(256));
    }

    Task<IReadOnlyList<Sha256Digest?>> ListAsync(UploadSession session, int first, int count) =>
        Host.Get<ReceivedBlocks>().ListAsync(session.Id, Alice, first, count, None);

    Task RestartIfAsync(bool isAsked) => isAsked ? RestartAsync() : Task.CompletedTask;
}
