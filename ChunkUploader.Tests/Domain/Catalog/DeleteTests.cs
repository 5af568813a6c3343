using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Catalog;

/// <summary>Bytes go with the last file that points to them, and never with another.</summary>
[TestFixture]
public class DeleteTests : CoreFixture
{
    static readonly byte[] Content = Sample.Of(100_000);

    [Test]
    public async Task The_bytes_go_with_the_last_file()
    {
        var (one, other) = (await UploadAsync(Content, "one"), await UploadAsync(Content, "other"));
        await Host.DeleteAsync(one);
        Assert.That(Download(other).AsSpan().SequenceEqual(Content));
        await Host.DeleteAsync(other);
        Assert.That(Blobs, Is.Empty);
        await Refusal.OfAsync(UploadErrorCode.FileNotFound, () => Host.Catalog.GetAsync(other.Id, None));
        await Refusal.OfAsync(UploadErrorCode.FileNotFound, () => Host.DeleteAsync(other));
    }

    [Test]
    public async Task Deleting_while_the_same_content_is_completed_never_loses_it()
    {
        var stored = await UploadAsync(Content, "0");
        for (var round = 1; round <= 25; round++)
        {
            var session = (await BeginAsync(Describe(Content, $"{round}"))).Session;
            await SendAllAsync(session, Content);
            var completing = Task.Run(() => CompleteAsync(session));
            var deleting = Task.Run(() => Host.DeleteAsync(stored));
            await Task.WhenAll(completing, deleting);
            stored = (await completing).File!;
            Assert.That(Download(stored).AsSpan().SequenceEqual(Content), $"round {round}");
            Assert.That(Blobs, Is.EqualTo(new[] { stored.BlobId.ToString() }));
            Assert.That(Parts, Is.Empty);
        }
    }

    [Test]
    public async Task An_upload_whose_file_was_deleted_says_so_when_it_is_completed_again()
    {
        var session = (await BeginAsync(Describe(Content))).Session;
        await SendAllAsync(session, Content);
        var file = (await CompleteAsync(session)).File!;
        await Host.DeleteAsync(file);
        await Refusal.OfAsync(UploadErrorCode.FileNotFound, () => CompleteAsync(session));
        Assert.That((await Host.Service.GetAsync(session.Id, Alice, None)).File, Is.Null);
    }

    [Test]
    public async Task Downloads_are_counted()
    {
        var file = await UploadAsync(Content);
        await Host.Catalog.CountDownloadAsync(file, None);
        await Host.Catalog.CountDownloadAsync(file, None);
        Assert.That((await Host.Catalog.GetAsync(file.Id, None)).Downloads, Is.EqualTo(2));
        Assert.That((await Host.Catalog.ListAsync(null, -5, None)).Number, Is.EqualTo(1));
        Assert.That(FilePage(101).Count, Is.EqualTo(3));
    }

    static FilePage FilePage(int total) => new([], 1, 50, total);
}
