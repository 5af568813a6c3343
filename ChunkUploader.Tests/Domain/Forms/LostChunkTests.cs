using ChunkUploader.Domain.Uploads;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Forms;

/// <summary>A form client is not left waiting for a file whose acknowledged chunks the disk has lost.</summary>
[TestFixture]
[Platform("Linux")]
public sealed class LostChunkTests : FormFixture
{
    static readonly byte[] Content = Sample.Of(4 * ChunkSize);

    [Test]
    public async Task Who_does_not_ask_is_told_with_the_last_chunk_and_may_send_them_again([Values] bool restarts)
    {
        var file = FileOf(Content);
        await SendAllAsync(file, Content, 0, 1);
        File.Delete(Host.Paths.PartOf((await SessionAsync(file)).BlobId));
        await (restarts ? RestartAsync() : Task.CompletedTask);

        await SendAgainAsync(file, 2);
        var refusal = await Refusal.OfAsync(UploadErrorCode.ChunksMissing, () => SendAgainAsync(file, 3));
        Assert.That(refusal.Missing, Is.EqualTo(new[] { new IndexRange(0, 1) }));
        Assert.That(await StoredAsync(), Is.Empty);

        Assert.That((await SendAsync(file, 0, Piece(Content, 0))).File, Is.Null, "it is sending what is missing");
        Assert.That(Download((await SendAsync(file, 1, Piece(Content, 1))).File!), Is.EqualTo(Content));
    }

    [Test]
    public async Task A_parked_one_whose_bytes_are_gone_is_kept_anew_when_it_comes_again()
    {
        var file = FileOf(ChunkPlan.Open(count: 4));
        await SendAsync(file, 3, Piece(Content, 3));
        File.Delete(Host.Paths.PartOf((await SessionAsync(file)).Form!.ParkedBlob!.Value));
        await Refusal.OfAsync(UploadErrorCode.ChunkBusy, () => SendAsync(file, 3, Piece(Content, 3)));
        await SendAsync(file, 3, Piece(Content, 3));
        Assert.That(Download((await SendAllAsync(file, Content, 0, 1, 2)).File!), Is.EqualTo(Content));
        Assert.That(Parts, Is.Empty);
    }

    /// <summary>As a client does, which is told to try again when the loss is noticed.</summary>
    async Task SendAgainAsync(ChunkUploader.Domain.Forms.ChunkedFile file, int index)
    {
        try
        {
            await SendAsync(file, index, Piece(Content, index));
        }
        catch (UploadException refusal) when (refusal.Code == UploadErrorCode.BytesLost)
        {
            await SendAsync(file, index, Piece(Content, index));
        }
    }

    async Task<UploadSession> SessionAsync(ChunkUploader.Domain.Forms.ChunkedFile file) =>
        (await Host.Repository.ListOfFormAsync(Alice.Key, file.Key, None)).Single();
}
