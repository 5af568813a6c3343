using System.Diagnostics;
using System.IO.Pipelines;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Chunks;

/// <summary>Something else does away with a part, or with some of its bytes, while it is written.</summary>
[TestFixture]
public sealed class LostPartTests : CoreFixture
{
    const int Count = 6;
    static readonly byte[] Content = Sample.Of(Count * Sample.MiB);

    /// <summary>What happens to a part that has its first three chunks, and which of them are lost by it.</summary>
    static readonly object[] Losses =
    [
        new TestCaseData((Action<string>)File.Delete, (int[])[0, 1, 2]).SetArgDisplayNames("deleted"),
        new TestCaseData((string part) => Cut(part, 0), (int[])[0, 1, 2]).SetArgDisplayNames("emptied"),
        new TestCaseData((string part) => Cut(part, 2 * Sample.MiB), (int[])[2]).SetArgDisplayNames("cut"),
        new TestCaseData(
            (string part) =>
            {
                Cut(part, Sample.MiB);
                Cut(part, 3 * Sample.MiB);
            },
            (int[])[1, 2]).SetArgDisplayNames("cut and grown again"),
        new TestCaseData((string part) => Replace(part, new byte[3 * Sample.MiB]), (int[])[0, 1, 2])
            .SetArgDisplayNames("replaced by zeros"),
        new TestCaseData((string part) => Replace(part, File.ReadAllBytes(part)), (int[])[])
            .SetArgDisplayNames("restored as it was"),
        new TestCaseData((string part) => { File.CreateSymbolicLink(Aside(part), part); }, (int[])[])
            .SetArgDisplayNames("pointed to"),
        new TestCaseData((Action<string>)Link, (int[])[]).SetArgDisplayNames("given a second name"),
    ];

    [TestCaseSource(nameof(Losses)), Platform("Linux")]
    public async Task What_differs_is_asked_for_again_and_nothing_else(Action<string> lose, int[] lost)
    {
        var session = await BeginWithThreeAsync();
        lose(Host.Paths.PartOf(session.BlobId));
        for (var index = 3; index < Count; index++)
        {
            await SendWithRetryAsync(session, index);
        }

        await CompleteWithLossAsync(session, lost);
    }

    /// <summary>A pipe would be waited for, and a link be published.</summary>
    [Test, Platform("Linux")]
    public async Task What_is_no_file_any_more_is_asked_for_again([Values] bool isPipe)
    {
        var session = await BeginWithThreeAsync();
        var part = Host.Paths.PartOf(session.BlobId);
        var aside = Folder.Combine("aside");
        File.Move(part, aside);
        if (isPipe)
        {
            using var made = Process.Start("mkfifo", [part]);
            await made.WaitForExitAsync();
        }
        else
        {
            File.CreateSymbolicLink(part, aside);
        }

        for (var index = 3; index < Count; index++)
        {
            await SendWithRetryAsync(session, index);
        }

        await CompleteWithLossAsync(session, [0, 1, 2]);
    }

    [TestCaseSource(nameof(Losses)), Platform("Linux")]
    public async Task It_is_noticed_over_a_restart(Action<string> lose, int[] lost)
    {
        var session = await BeginWithThreeAsync();
        for (var index = 3; index < Count; index++)
        {
            await SendAsync(session, Content, index);
        }

        var part = Host.Paths.PartOf(session.BlobId);
        await RestartAsync();
        var rest = File.ReadAllBytes(part)[(3 * Sample.MiB)..];
        Cut(part, 3 * Sample.MiB);
        lose(part);
        using (var file = File.OpenHandle(part, FileMode.OpenOrCreate, FileAccess.Write))
        {
            RandomAccess.Write(file, rest, 3 * Sample.MiB); // as long as it was: its length tells nothing
        }

        await CompleteWithLossAsync(session, lost);
    }

    [Test, Platform("Linux")]
    public async Task What_is_behind_its_end_is_cut_off_once_the_rest_was_compared([Values] bool isRestarted)
    {
        var session = await BeginWithThreeAsync();
        for (var index = 3; index < Count; index++)
        {
            await SendAsync(session, Content, index);
        }

        await File.AppendAllTextAsync(Host.Paths.PartOf(session.BlobId), "more");
        await (isRestarted ? RestartAsync() : Task.CompletedTask);
        await CompleteWithLossAsync(session, []);
    }

    [Test]
    public async Task A_chunk_on_its_way_does_not_cover_up_that_the_part_was_cut()
    {
        var session = await BeginWithThreeAsync();
        var body = new Pipe(new PipeOptions(pauseWriterThreshold: 0)); // nobody reads what comes after the refusal
        var sending = Host.Receiver.ReceiveAsync(session.Id, Alice, 5, new ChunkBody(body.Reader), None);
        await body.Writer.WriteAsync(ChunkOf(session, Content, 5).AsMemory(0, 1000));
        await Until.IsAsync(() => new FileInfo(Host.Paths.PartOf(session.BlobId)).Length > 5 * Sample.MiB);
        Cut(Host.Paths.PartOf(session.BlobId), 0);
        await body.Writer.WriteAsync(ChunkOf(session, Content, 5).AsMemory(1000));
        await body.Writer.CompleteAsync();

        await Refusal.OfAsync(UploadErrorCode.BytesLost, () => sending);
        var loaded = (await Host.Service.GetAsync(session.Id, Alice, None)).Session;
        Assert.That(loaded.Received.ReceivedCount, Is.Zero);
        await SendAllAsync(loaded, Content);
        Assert.That(Download((await CompleteAsync(session)).File!).AsSpan().SequenceEqual(Content));
    }

    [Test]
    public async Task A_chunk_that_comes_again_to_a_part_that_is_gone_is_taken_anew()
    {
        var session = await BeginWithThreeAsync();
        File.Delete(Host.Paths.PartOf(session.BlobId));
        await SendWithRetryAsync(session, 1);
        await CompleteWithLossAsync(session, [0, 2, 3, 4, 5]);
    }

    async Task<UploadSession> BeginWithThreeAsync()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        for (var index = 0; index < 3; index++)
        {
            await SendAsync(session, Content, index);
        }

        return session;
    }

    async Task SendWithRetryAsync(UploadSession session, int index)
    {
        try
        {
            await SendAsync(session, Content, index);
        }
        catch (UploadException refusal) when (refusal.Code == UploadErrorCode.BytesLost)
        {
            await SendAsync(session, Content, index);
        }
    }

    async Task CompleteWithLossAsync(UploadSession session, int[] lost)
    {
        if (lost.Length > 0)
        {
            var refusal = await Refusal.OfAsync(UploadErrorCode.ChunksMissing, () => CompleteAsync(session));
            Assert.That(
                refusal.Missing!.SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1)),
                Is.EqualTo(lost));
            foreach (var index in lost)
            {
                await SendAsync(session, Content, index);
            }
        }

        var file = (await CompleteAsync(session)).File!;
        Assert.That(Download(file).AsSpan().SequenceEqual(Content));
        Assert.That(file.Blob!.Md5, Is.EqualTo(Sample.Md5Of(Content)));
    }

    static void Cut(string part, long length)
    {
        using var file = new FileStream(
            part, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        file.SetLength(length);
    }

    static void Replace(string part, byte[] bytes)
    {
        File.WriteAllBytes(Aside(part), bytes);
        File.Move(Aside(part), part, overwrite: true);
    }

    static void Link(string part)
    {
        using var link = Process.Start("ln", [part, Aside(part)]);
        link.WaitForExit();
        Assert.That(link.ExitCode, Is.Zero);
    }

    static string Aside(string part) => Path.Combine(Path.GetDirectoryName(part)!, "..", "aside");
}
