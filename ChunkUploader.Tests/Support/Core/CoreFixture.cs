using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Completion;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace ChunkUploader.Tests.Support.Core;

/// <summary>Each test has a server of its own in a folder of its own.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract class CoreFixture
{
    protected static readonly Owner Alice = new("alice", IsStable: true);
    protected static readonly Owner Bob = new("bob", IsStable: true);
    protected static readonly Owner Guessed = new("guessed", IsStable: false);

    private protected TempFolder Folder { get; } = new();

    private protected CoreHost Host { get; set; } = null!;

    protected virtual UploadPolicy Policy => new();

    protected static CancellationToken None => CancellationToken.None;

    [SetUp]
    public void Start() => Host = new CoreHost(Folder, policy: Policy);

    [TearDown]
    public async Task StopAsync()
    {
        await Host.DisposeAsync();
        Folder.Dispose();
    }

    /// <summary>What another process would find: nothing that only lived in memory.</summary>
    protected Task RestartAsync() => RestartAsync(null);

    /// <summary>The same with other parts behind the ports.</summary>
    protected async Task RestartAsync(Action<IServiceCollection>? configure)
    {
        var time = Host.Time;
        await Host.DisposeAsync();
        Host = new CoreHost(Folder, time, Policy, configure: configure);
    }

    protected static FileDescription Describe(byte[] content, string name = "a.bin") =>
        new() { FileName = name, Size = content.Length, ContentType = "application/octet-stream" };

    /// <summary>The same with all its digests.</summary>
    protected static FileDescription DescribeHashed(byte[] content, string name = "a.bin") =>
        Describe(content, name) with { Md5 = Sample.Md5Of(content), ContentHash = Sample.HashOf(content) };

    protected Task<UploadStatus> BeginAsync(FileDescription file, Owner? owner = null, long chunkSize = Sample.MiB) =>
        Host.Service.BeginAsync(file, owner ?? Alice, ChunkPlan.For(file.Size!.Value, chunkSize), None);

    /// <summary>Sends what belongs into a chunk.</summary>
    protected Task<ChunkReceipt> SendAsync(UploadSession session, byte[] content, int index, Owner? owner = null) =>
        SendBodyAsync(session, index, ChunkOf(session, content, index), owner);

    protected Task<ChunkReceipt> SendBodyAsync(
        UploadSession session, int index, byte[] body, Owner? owner = null, DeclaredDigests? expected = null) =>
        Host.Receiver.ReceiveAsync(
            session.Id, owner ?? Alice, index, new ChunkBody(Sample.Body(body), expected), None).WaitAsync(Until.Limit);

    protected static byte[] ChunkOf(UploadSession session, byte[] content, int index)
    {
        var range = session.Plan[index];
        return content[(int)range.Offset..(int)range.End];
    }

    protected async Task SendAllAsync(UploadSession session, byte[] content, Owner? owner = null)
    {
        for (var index = 0; index < session.Plan.Count; index++)
        {
            await SendAsync(session, content, index, owner);
        }
    }

    protected Task<UploadStatus> CompleteAsync(
        UploadSession session, Owner? owner = null, Md5Digest? md5 = null, ContentHash? contentHash = null) =>
        Host.Service.CompleteAsync(session.Id, owner ?? Alice, md5, contentHash, None).WaitAsync(Until.Limit);

    /// <summary>From its beginning to its end.</summary>
    protected async Task<StoredFile> UploadAsync(
        byte[] content, string name = "a.bin", Owner? owner = null, long chunkSize = Sample.MiB)
    {
        var session = (await BeginAsync(Describe(content, name), owner, chunkSize)).Session;
        await SendAllAsync(session, content, owner);
        return (await CompleteAsync(session, owner)).File!;
    }

    /// <summary>The file comes along with its beginning.</summary>
    protected async Task<StoredFile> UploadWholeAsync(byte[] content, string name = "a.bin", Owner? owner = null) =>
        (await Host.Get<WholeFileUpload>().ReceiveAsync(
            Describe(content, name),
            owner ?? Alice,
            ChunkPlan.For(content.Length, Math.Max(1, content.Length)),
            new WholeFileBody(Sample.Body(content), _ => Task.FromResult<(Md5Digest?, ContentHash?)>((null, null))),
            None).WaitAsync(Until.Limit))!.File!;

    protected byte[] Download(StoredFile file)
    {
        using var stream = Host.Catalog.OpenReadAsync(file, None).GetAwaiter().GetResult();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>The ids of the parts that are left.</summary>
    protected string[] Parts => [.. Directory.EnumerateFiles(Host.Paths.Parts).Select(path => Path.GetFileName(path))];

    protected string[] Blobs =>
    [
        .. Directory.EnumerateFiles(Host.Paths.Blobs, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetFileName(path)),
    ];

    protected async Task<int> CountRowsAsync(Id<UploadSession> session)
    {
        var found = await Host.Repository.FindAsync(session, None);
        return found?.Chunks.Count ?? 0;
    }
}
