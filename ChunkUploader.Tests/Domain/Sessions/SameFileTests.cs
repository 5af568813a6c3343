using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Sessions;

/// <summary>Which sessions a file that is begun again may go on with.</summary>
[TestFixture]
public class SameFileTests
{
    static readonly byte[] Bytes = Sample.Of(10);

    static readonly FileDescription File = new()
    {
        FileName = "a.txt",
        RelativePath = "folder/a.txt",
        Size = 10,
        ContentType = "text/plain",
        LastModified = 1000,
        Md5 = Sample.Md5Of(Bytes),
        ContentHash = Sample.HashOf(Bytes),
        FirstBlock = Sample.Sha256Of(Bytes),
    };

    static readonly FileDescription Bare = new()
    {
        FileName = "a.txt",
        RelativePath = "folder/a.txt",
        Size = 10,
        ContentType = "text/plain",
    };

    static IEnumerable<TestCaseData> Others()
    {
        yield return new TestCaseData(File with { FileName = "b.txt" }).SetArgDisplayNames("name");
        yield return new TestCaseData(File with { FileName = "A.txt" }).SetArgDisplayNames("case of the name");
        yield return new TestCaseData(File with { RelativePath = "other/a.txt" }).SetArgDisplayNames("path");
        yield return new TestCaseData(File with { RelativePath = null }).SetArgDisplayNames("no path");
        yield return new TestCaseData(File with { Size = 11 }).SetArgDisplayNames("size");
        yield return new TestCaseData(File with { LastModified = 1001 }).SetArgDisplayNames("lastModified");
        yield return new TestCaseData(File with { Md5 = Sample.Md5Of([1]) }).SetArgDisplayNames("md5");
        yield return new TestCaseData(File with { ContentHash = Sample.HashOf([1]) }).SetArgDisplayNames("contentHash");
        yield return new TestCaseData(File with { FirstBlock = Sample.Sha256Of([1]) }).SetArgDisplayNames("firstBlock");
    }

    static IEnumerable<TestCaseData> Same()
    {
        yield return new TestCaseData(File).SetArgDisplayNames("all");
        yield return new TestCaseData(Bare).SetArgDisplayNames("name, path and size");
        yield return new TestCaseData(File with { ContentType = "other" }).SetArgDisplayNames("another type");
        yield return new TestCaseData(Bare with { Md5 = File.Md5 }).SetArgDisplayNames("md5 only");
        yield return new TestCaseData(Bare with { ContentHash = File.ContentHash })
            .SetArgDisplayNames("contentHash only");
        yield return new TestCaseData(Bare with { FirstBlock = File.FirstBlock }).SetArgDisplayNames("firstBlock only");
        yield return new TestCaseData(Bare with { LastModified = 1000 }).SetArgDisplayNames("lastModified only");
    }

    [TestCaseSource(nameof(Others))]
    public void Another_one_is_not_the_same(FileDescription other)
    {
        Assert.That(Begin(File).Matches(other), Is.False);
        Assert.That(Begin(other).Matches(File), Is.False);
    }

    [TestCaseSource(nameof(Same))]
    public void What_only_one_side_knows_does_not_part_them(FileDescription file)
    {
        Assert.That(Begin(File).Matches(file), Is.True);
        Assert.That(Begin(file).Matches(File), Is.True);
    }

    [Test]
    public void Is_not_looked_for_among_sessions_that_do_not_receive_any_more()
    {
        var session = Begin(File);
        session.MarkCompleting(File.Md5!.Value, File.ContentHash!.Value, []);
        Assert.That(session.Matches(File), Is.False);
        session.MarkCompleted(StoredFileOf(session));
        Assert.That(session.Matches(File), Is.False);
    }

    [Test]
    public void Is_not_looked_for_among_sessions_whose_digests_did_not_agree()
    {
        var session = Begin(File);
        session.MarkDigestMismatch();
        Assert.That(session.Matches(File), Is.False);
    }

    [Test]
    public void Digests_are_learned_until_they_are_verified()
    {
        var session = Begin(Bare);
        Assert.That(session.SetDeclaredDigests(File.Md5, null), Is.True);
        Assert.That(session.SetDeclaredDigests(File.Md5, null), Is.False);
        Assert.That(session.SetDeclaredDigests(null, File.ContentHash, File.FirstBlock), Is.True);
        Assert.That((session.Md5, session.ContentHash, session.FirstBlock),
            Is.EqualTo((File.Md5, File.ContentHash, File.FirstBlock)));

        session.MarkCompleting(File.Md5!.Value, File.ContentHash!.Value, []);
        Assert.That(session.SetDeclaredDigests(Sample.Md5Of([1]), Sample.HashOf([1])), Is.False);
        Assert.That((session.Md5, session.ContentHash), Is.EqualTo((File.Md5, File.ContentHash)));
    }

    static UploadSession Begin(FileDescription file) =>
        UploadSession.Begin(
            file, new Owner("o", true), ChunkPlan.For(file.Size!.Value, 4), DateTimeOffset.UnixEpoch, TimeSpan.FromDays(7));

    static StoredFile StoredFileOf(UploadSession session) =>
        new()
        {
            Id = ChunkUploader.Domain.Id<StoredFile>.New(),
            BlobId = session.BlobId,
            Owner = session.Owner,
            Name = session.FileName,
            ContentType = session.ContentType,
            UploadedAt = DateTimeOffset.UnixEpoch,
        };
}
