using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Uploads;

/// <summary>A blob whose bytes are gone although files point to it.</summary>
[TestFixture]
public sealed class LostBlobTests : CoreFixture
{
    static readonly byte[] Content = Sample.Of(3 * Sample.MiB);

    [Test]
    public async Task Gets_its_bytes_back_when_the_same_content_is_uploaded()
    {
        var first = await UploadAsync(Content, "first.bin");
        File.Delete(Host.Paths.BlobOf(first.BlobId));
        var second = await UploadAsync(Content, "second.bin", Bob);
        Assert.That(second.BlobId, Is.EqualTo(first.BlobId));
        Assert.That(Download(second).AsSpan().SequenceEqual(Content));
        Assert.That(Download(first).AsSpan().SequenceEqual(Content));
        Assert.That((Blobs, Parts), Is.EqualTo((new[] { first.BlobId.ToString() }, Array.Empty<string>())));
    }

    [Test]
    public async Task Is_not_offered_as_an_instant_upload()
    {
        var first = await UploadAsync(Content);
        File.Delete(Host.Paths.BlobOf(first.BlobId));
        Assert.That((await BeginAsync(DescribeHashed(Content), Bob)).Challenge, Is.Null);
    }
}
