using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Infrastructure.Persistence;

/// <summary>The catalogue at rest.</summary>
[TestFixture]
public class EfStoredFileRepositoryTests : CoreFixture
{
    int _count;

    [Test]
    public async Task The_last_file_takes_its_blob_along()
    {
        var (one, other) = (await AddAsync("a", 1), await AddAsync("b", 1));
        await AddAsync("c", 2);
        Assert.That(await DeleteAsync(one), Is.EqualTo((true, (Id<Blob>?)null)));
        await AssertCountsAsync(blobs: 2, files: 2);
        Assert.That(await DeleteAsync(other), Is.EqualTo((true, (Id<Blob>?)other.BlobId)));
        await AssertCountsAsync(blobs: 1, files: 1);
        Assert.That(await DeleteAsync(other), Is.EqualTo((false, (Id<Blob>?)null)));
    }

    [Test]
    public async Task Lists_the_newest_first_page_by_page()
    {
        var files = new List<StoredFile>();
        for (var i = 0; i < 7; i++)
        {
            files.Add(await AddAsync($"file {i}", i));
        }

        var newest = files.AsEnumerable().Reverse().Select(file => file.Id).ToList();
        var first = await Host.Files.ListAsync(null, 1, 3, None);
        Assert.That((first.Number, first.Size, first.Total, first.Count), Is.EqualTo((1, 3, 7, 3)));
        Assert.That(first.Files.Select(file => file.Id), Is.EqualTo(newest[..3]));
        Assert.That(first.Files[0].Blob!.Size, Is.EqualTo(1006));
        Assert.That((await Host.Files.ListAsync("", 3, 3, None)).Files.Select(file => file.Id),
            Is.EqualTo(newest[6..]));
        foreach (var beyond in new[] { 4, int.MaxValue })
        {
            var last = await Host.Files.ListAsync(" ", beyond, 3, None);
            Assert.That((last.Number, last.Count), Is.EqualTo((3, 3)));
            Assert.That(last.Files.Select(file => file.Id), Is.EqualTo(newest[6..]));
        }

        Assert.That((await Host.Files.ListAsync(null, -1, 3, None)).Number, Is.EqualTo(1));
        Assert.That((await Host.Files.ListAsync("nothing", 7, 3, None)).Number, Is.EqualTo(1));
    }

    [TestCase("100%", "100% sure_.txt")]
    [TestCase("_", "100% sure_.txt")]
    [TestCase("\\", "back\\slash")]
    [TestCase("SURE", "100% sure_.txt")]
    [TestCase("报告", "报告.pdf")]
    [TestCase(" plain ", "plain")]
    [TestCase("'; DROP TABLE StoredFiles; --")]
    [TestCase("%%")]
    [TestCase("p%n")]
    public async Task Finds_a_part_of_the_name_and_takes_no_sign_for_another(string search, params string[] expected)
    {
        foreach (var name in new[] { "100% sure_.txt", "back\\slash", "报告.pdf", "plain" })
        {
            await AddAsync(name, 1);
        }

        var page = await Host.Files.ListAsync(search, 1, 50, None);
        Assert.That(page.Files.Select(file => file.Name), Is.EqualTo(expected));
        Assert.That(page.Total, Is.EqualTo(expected.Length));
    }

    [TestCase("summer", "one.jpg", "two.jpg")]
    [TestCase("2026/SUMMER", "one.jpg")]
    [TestCase("summer/one", "one.jpg")]
    [TestCase("winter")]
    public async Task Finds_files_by_their_folders(string search, params string[] expected)
    {
        await AddAsync("one.jpg", 1, relativePath: "2026/summer/one.jpg");
        await AddAsync("two.jpg", 1, relativePath: "summers past/two.jpg");
        await AddAsync("three.jpg", 1);
        Assert.That(
            (await Host.Files.ListAsync(search, 1, 50, None)).Files.Select(file => file.Name), Is.EquivalentTo(expected));
    }

    [Test]
    public async Task Finds_files_by_a_whole_md5()
    {
        var file = await AddAsync("a", 1);
        var named = await AddAsync($"{Sample.Md5Of(BytesOf(1))}.txt", 2);
        await AddAsync("c", 3);
        var md5 = Sample.Md5Of(BytesOf(1)).ToString();
        foreach (var search in new[] { md5, md5.ToUpperInvariant() })
        {
            Assert.That((await Host.Files.ListAsync(search, 1, 50, None)).Files.Select(found => found.Id),
                Is.EqualTo(new[] { named.Id, file.Id }));
        }
    }

    [Test]
    public async Task Finds_a_blob_only_where_all_three_agree()
    {
        var file = await AddAsync("a", 1);
        var (md5, hash, size) = (Sample.Md5Of(BytesOf(1)), Sample.HashOf(BytesOf(1)), BytesOf(1).Length);
        Assert.That((await Host.Files.FindBlobAsync(md5, hash, size, null, None))!.Id, Is.EqualTo(file.BlobId));
        Assert.That(await Host.Files.FindBlobAsync(Sample.Md5Of([1]), hash, size, null, None), Is.Null);
        Assert.That(await Host.Files.FindBlobAsync(md5, Sample.HashOf([1]), size, null, None), Is.Null);
        Assert.That(await Host.Files.FindBlobAsync(md5, hash, size + 1, null, None), Is.Null);
    }

    [Test]
    public async Task Finds_blobs_of_the_owners_own_files_only_where_that_is_asked()
    {
        await AddAsync("a", 1, "alice");
        var (md5, hash, size) = (Sample.Md5Of(BytesOf(1)), Sample.HashOf(BytesOf(1)), BytesOf(1).Length);
        var firstBlock = Sample.Sha256Of(BytesOf(1));
        Assert.That(await Host.Files.FindBlobAsync(md5, hash, size, "alice", None), Is.Not.Null);
        Assert.That(await Host.Files.FindBlobAsync(md5, hash, size, "bob", None), Is.Null);
        Assert.That(await Host.Files.FindBlobAsync(size, firstBlock, null, None), Is.Not.Null);
        Assert.That(await Host.Files.FindBlobAsync(size, firstBlock, "alice", None), Is.Not.Null);
        Assert.That(await Host.Files.FindBlobAsync(size, firstBlock, "bob", None), Is.Null);
        Assert.That(await Host.Files.FindBlobAsync(size + 1, firstBlock, null, None), Is.Null);
        Assert.That(await Host.Files.FindBlobAsync(size, Sample.Sha256Of([1]), null, None), Is.Null);
    }

    [Test]
    public async Task A_blob_is_marked_as_damaged_until_it_is_verified()
    {
        var file = await AddAsync("a", 1);
        await AddAsync("b", 2);
        var blob = (await FindAsync()).Blob!;
        var (at, later) = (Host.Time.GetUtcNow() + TimeSpan.FromHours(1), Host.Time.GetUtcNow() + TimeSpan.FromHours(2));
        Assert.That(await Host.Files.ListDamagedAsync(None), Is.Empty);
        await Host.Files.MarkDamagedAsync(blob, at, None);
        await Host.Files.MarkDamagedAsync(blob, later, None);
        Assert.That((await FindAsync()).Blob!.DamagedAt, Is.EqualTo(at));
        Assert.That((await Host.Files.ListDamagedAsync(None)).Select(damaged => damaged.Id),
            Is.EqualTo(new[] { file.BlobId }));
        Assert.That(await Host.Files.FindBlobAsync(blob.Size, blob.FirstBlock!.Value, null, None), Is.Null);

        Assert.That(await Host.Files.MarkVerifiedAsync(blob.Id, later, None), Is.True);
        var verified = (await FindAsync()).Blob!;
        Assert.That((verified.DamagedAt, verified.VerifiedAt), Is.EqualTo(((DateTimeOffset?)null, later)));
        await Host.Files.MarkDamagedAsync(blob, later, None);
        Assert.That((await FindAsync()).Blob!.DamagedAt, Is.Null, "who looked at it saw what it was before");
        Assert.That(await Host.Files.MarkVerifiedAsync(Id<Blob>.New(), later, None), Is.False);

        async Task<StoredFile> FindAsync() => (await Host.Files.FindAsync(file.Id, None))!;
    }

    [Test]
    public async Task A_blob_that_is_marked_as_damaged_gets_no_further_name()
    {
        var file = (await Host.Files.FindAsync((await AddAsync("a", 1)).Id, None))!;
        await Host.Files.MarkDamagedAsync(file.Blob!, Host.Time.GetUtcNow(), None);
        var other = new StoredFile
        {
            Id = Id<StoredFile>.New(),
            BlobId = file.BlobId,
            Owner = "bob",
            Name = "b",
            ContentType = file.ContentType,
            UploadedAt = file.UploadedAt,
        };
        Assert.That(await Host.Files.AddAsync(other, None), Is.False);
        Assert.That(await Host.Files.FindAsync(other.Id, None), Is.Null);
    }

    [Test]
    public async Task Counts_downloads_that_come_at_once()
    {
        var (file, other) = (await AddAsync("a", 1), await AddAsync("b", 1));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Host.Files.CountDownloadAsync(file.Id, None)));
        Assert.That((await Host.Files.FindAsync(file.Id, None))!.Downloads, Is.EqualTo(20));
        Assert.That((await Host.Files.FindAsync(other.Id, None))!.Downloads, Is.Zero);
    }

    [Test]
    public async Task Knows_which_blobs_are_published_and_which_parts_arrive()
    {
        var (file, deleted) = (await AddAsync("a", 1), await AddAsync("b", 2));
        await DeleteAsync(deleted);
        var arriving = (await BeginAsync(Describe(Sample.Of(10)))).Session;
        var content = Sample.Of(20, 7);
        var completed = (await BeginAsync(Describe(content))).Session;
        await SendAllAsync(completed, content);
        var published = (await CompleteAsync(completed)).File!.BlobId;
        Id<Blob>[] all = [file.BlobId, deleted.BlobId, arriving.BlobId, published, Id<Blob>.New()];
        Assert.That(await Host.Files.FindKnownBlobsAsync(all, None),
            Is.EquivalentTo(new[] { file.BlobId, deleted.BlobId, published }));
        Assert.That(await Host.Files.FindKnownPartsAsync(all, None), Is.EqualTo(new[] { arriving.BlobId }));
        Assert.That(await Host.Files.ListBlobSizesAsync(None).Select(blob => blob.Blob).ToListAsync(),
            Is.EquivalentTo(new[] { file.BlobId, published }));
    }

    static byte[] BytesOf(int content) => Sample.Of(1000 + content, content);

    /// <summary>Removes a file from the trash, where it is put before.</summary>
    async Task<(bool Found, Id<Blob>? Orphan)> DeleteAsync(StoredFile file)
    {
        await Host.Files.TrashAsync(file.Id, Host.Time.GetUtcNow(), None);
        return await Host.Files.DeleteTrashedAsync(file.Id, None);
    }

    /// <summary>A file on the blob of that content; each is a second younger than the one before.</summary>
    async Task<StoredFile> AddAsync(string name, int content, string owner = "someone", string? relativePath = null)
    {
        var bytes = BytesOf(content);
        var now = Host.Time.GetUtcNow().AddSeconds(_count++);
        await using var context = Host.Context();
        var hash = Sample.HashOf(bytes);
        var blob = context.Blobs.FirstOrDefault(row => row.ContentHash == hash);
        if (blob is null)
        {
            blob = new Blob
            {
                Id = Id<Blob>.New(),
                Size = bytes.Length,
                Md5 = Sample.Md5Of(bytes),
                ContentHash = hash,
                FirstBlock = Sample.Sha256Of(bytes),
                StoredAt = now,
                VerifiedAt = now,
            };
            context.Add(blob);
            context.Add(new ChunkUploader.Infrastructure.Persistence.BlobBlocksRow { BlobId = blob.Id, Digests = [] });
        }

        var file = new StoredFile
        {
            Id = Id<StoredFile>.New(),
            BlobId = blob.Id,
            Owner = owner,
            Name = name,
            RelativePath = relativePath,
            ContentType = "a/b",
            UploadedAt = now,
        };
        context.Add(file);
        await context.SaveChangesAsync();
        return file;
    }

    async Task AssertCountsAsync(int blobs, int files)
    {
        await using var context = Host.Context();
        Assert.That((context.Blobs.Count(), context.BlobBlocks.Count(), context.StoredFiles.Count()),
            Is.EqualTo((blobs, blobs, files)));
    }
}
