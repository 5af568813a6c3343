using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Infrastructure.Storage;
using ChunkUploader.Tests.Support;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Infrastructure.Storage;

/// <summary>The store that keeps files, in a real folder.</summary>
[TestFixture]
public class FileSystemStoreTests : StoreContract
{
    TempFolder Folder { get; } = new();

    BlobPaths Paths => new(Folder.Path);

    protected override (IPartStore Parts, IBlobStore Blobs) CreateStore(bool hasRoom = true)
    {
        var store = new FileSystemStore(Paths, reserve: hasRoom ? 0 : long.MaxValue);
        return (store, store);
    }

    [TearDown]
    public void DeleteFolder() => Folder.Dispose();

    [Test]
    public async Task A_part_lies_under_its_id_and_a_blob_under_the_ids_first_two_digits()
    {
        var id = Blob.ToString();
        await WriteAllAsync();
        Assert.That(File.Exists(Folder.Combine("parts", id)));
        await Parts.FlushAsync(Blob, None);
        await Parts.CommitAsync(Blob, Length, None);
        Assert.That(File.Exists(Folder.Combine("blobs", id[..2], id)));
    }

    [Test]
    public async Task Nothing_is_left_among_the_parts_after_a_commit()
    {
        await CommitAsync();
        var empty = Id<Blob>.New();
        await Parts.CommitAsync(empty, 0, None);
        Assert.That(Directory.EnumerateFileSystemEntries(Folder.Combine("parts")), Is.Empty);
    }

    [Test]
    public async Task Committing_only_renames()
    {
        await WriteAllAsync();
        var before = await StatAsync("%i", Paths.PartOf(Blob));
        await Parts.CommitAsync(Blob, Length, None);
        Assert.That(await StatAsync("%i", Paths.BlobOf(Blob)), Is.EqualTo(before), "the same inode");
    }

    [Test]
    public async Task Long_reads_keep_no_thread_of_the_pool_and_stop_when_nobody_waits_for_them()
    {
        await CommitAsync();
        using var cancellation = new CancellationTokenSource();
        var (read, onPool) = (0L, 0);
        Task ReadAsync() => Task.Run(() => Parts.ReadAsync(
            Blob,
            0,
            Length,
            bytes =>
            {
                read += bytes.Length;
                onPool += Thread.CurrentThread.IsThreadPoolThread ? 1 : 0;
            },
            cancellation.Token));

        await ReadAsync();
        Assert.That((read, onPool), Is.EqualTo(((long)Length, 0)));
        await cancellation.CancelAsync();
        Assert.That(ReadAsync, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(read, Is.EqualTo(Length));
    }

    [Test]
    public async Task Replacing_copies_nothing_and_leaves_no_part()
    {
        await CommitAsync();
        var copy = Id<Blob>.New();
        await CommitAsync(copy, Sample.Of(Length, seed: 2));
        await Blobs.ReplaceAsync(Blob, copy, None);
        await Blobs.ReplaceAsync(Blob, copy, None);
        Assert.That(await StatAsync("%i", Paths.BlobOf(Blob)), Is.EqualTo(await StatAsync("%i", Paths.BlobOf(copy))));
        Assert.That(Directory.EnumerateFileSystemEntries(Paths.Parts), Is.Empty);
    }

    [Test, Platform("Linux")]
    public async Task Replaces_by_a_copy_that_can_have_no_second_name()
    {
        // On another file system, for which this is the same error as for one that knows no links.
        var copy = Id<Blob>.New();
        var folder = Path.GetDirectoryName(Paths.BlobOf(copy))!;
        var other = Directory.CreateDirectory($"/dev/shm/{copy}");
        try
        {
            Directory.CreateDirectory(Paths.Blobs);
            File.CreateSymbolicLink(folder, other.FullName);
            await CommitAsync(copy, Sample.Of(Length, seed: 2));
            await Blobs.ReplaceAsync(Blob, copy, None);
            Assert.That(await File.ReadAllBytesAsync(Paths.BlobOf(Blob)), Is.EqualTo(Sample.Of(Length, seed: 2)));
            Assert.That(Directory.EnumerateFileSystemEntries(Paths.Parts), Is.Empty);
        }
        finally
        {
            other.Delete(recursive: true);
        }
    }

    [Test]
    public async Task Makes_a_folder_of_blobs_again_that_somebody_has_removed([Values] bool replaces)
    {
        await CommitAsync();
        var copy = Enumerable.Repeat(0, int.MaxValue).Select(_ => Id<Blob>.New())
            .First(id => Path.GetDirectoryName(Paths.BlobOf(id)) != Path.GetDirectoryName(Paths.BlobOf(Blob)));
        await CommitAsync(copy, Sample.Of(Length));
        Directory.Delete(Path.GetDirectoryName(Paths.BlobOf(Blob))!, recursive: true);
        await (replaces ? Blobs.ReplaceAsync(Blob, copy, None) : CommitAsync());
        Assert.That(await File.ReadAllBytesAsync(Paths.BlobOf(Blob)), Is.EqualTo(Sample.Of(Length)));
    }

    [Test]
    public async Task Gaps_take_no_room()
    {
        const long Far = 1L << 40;
        await Parts.WriteChunkAsync(Blob, new ChunkRange(9, Far, 10), Sample.Body(Sample.Of(10)), _ => { }, None);
        Assert.That(new FileInfo(Paths.PartOf(Blob)).Length, Is.EqualTo(Far + 10));
        Assert.That(await StatAsync("%b", Paths.PartOf(Blob)) * 512, Is.LessThan(1024 * 1024));
    }

    [Test]
    public async Task The_part_is_made_by_the_first_chunk_only()
    {
        await Refusal.OfAsync(UploadErrorCode.StorageFull, () => CreateStore(hasRoom: false).Parts.WriteChunkAsync(
            Blob, new ChunkRange(0, 0, 1), Sample.Body([1]), _ => { }, None));
        Assert.That(File.Exists(Paths.PartOf(Blob)), Is.False);
    }

    [Test, Platform("Linux")]
    public async Task A_disk_that_is_full_in_the_middle_of_a_chunk_refuses_it()
    {
        File.CreateSymbolicLink(Paths.PartOf(Blob), "/dev/full"); // every write to it fails as on a full disk
        await Refusal.OfAsync(UploadErrorCode.StorageFull, () => Parts.WriteChunkAsync(
            Blob, new ChunkRange(0, 0, Length), Sample.Body(Sample.Of(Length)), _ => { }, None));
    }

    [Test]
    public async Task Room_is_taken_as_bytes_come_whatever_the_chunk_s_length()
    {
        const long Announced = 400_000_000;
        var body = new Pipe();
        var seen = 0L;
        var writing = Parts.WriteChunkAsync(
            Blob, new ChunkRange(0, 0, Announced), body.Reader, bytes => seen += bytes.Length, None);
        await body.Writer.WriteAsync(new byte[600]);
        await Until.IsAsync(() => File.Exists(Paths.PartOf(Blob)) && new FileInfo(Paths.PartOf(Blob)).Length >= 600);
        Assert.That(await StatAsync("%b", Paths.PartOf(Blob)) * 512, Is.LessThanOrEqualTo(2 * Sample.MiB));

        await body.Writer.CompleteAsync(new IOException("reset"));
        await Assert.CatchAsync<IOException>(() => writing.WaitAsync(Until.Limit));
        Assert.That(await StatAsync("%b", Paths.PartOf(Blob)) * 512, Is.Zero, "given back");
    }

    [Test]
    public async Task A_chunk_that_breaks_off_gives_its_room_back_and_touches_no_neighbour()
    {
        const int ChunkLength = (3 * Sample.MiB) + 777; // neighbours share a page
        var (before, after) = (Sample.Of(ChunkLength, 1), Sample.Of(ChunkLength, 2));
        await WriteAsync(0, before);
        await WriteAsync(2, after);
        var taken = await StatAsync("%b", Paths.PartOf(Blob));

        await Refusal.OfAsync(UploadErrorCode.ChunkLengthMismatch, () => WriteAsync(1, before[..^1]));

        Assert.That(await StatAsync("%b", Paths.PartOf(Blob)) * 512, Is.EqualTo(taken * 512).Within(16 * Sample.KiB));
        var part = await File.ReadAllBytesAsync(Paths.PartOf(Blob));
        Assert.That(part.AsSpan(0, ChunkLength).SequenceEqual(before));
        Assert.That(part.AsSpan(2 * ChunkLength).SequenceEqual(after));
        Assert.That(part.AsSpan(ChunkLength, ChunkLength).ContainsAnyExcept((byte)0), Is.False);

        Task WriteAsync(int index, byte[] body) => Parts.WriteChunkAsync(
            Blob,
            new ChunkRange(index, (long)index * ChunkLength, ChunkLength),
            Sample.Body(body),
            _ => { },
            None);
    }

    [Test]
    public async Task Flushes_on_its_own_what_is_much_and_still_flushes_at_the_end()
    {
        var chunk = new byte[32 * Sample.MiB];
        for (var index = 0; index < 3; index++)
        {
            await Parts.WriteChunkAsync(
                Blob,
                new ChunkRange(index, (long)index * chunk.Length, chunk.Length),
                Sample.Body(chunk),
                _ => { },
                None);
        }

        await Parts.FlushAsync(Blob, None);
        await Blobs.DeleteAsync(Blob, None);
        await Assert.ThrowsAsync<FileNotFoundException>(() => Parts.FlushAsync(Blob, None));
    }

    [Test]
    public async Task Files_that_are_not_its_own_are_not_listed()
    {
        await File.WriteAllTextAsync(Folder.Combine("parts", "notes.txt"), "mine");
        Assert.That(await Blobs.ListAsync(None).ToListAsync(), Is.Empty);
    }

    [Test]
    public void Leaves_the_reserve_alone()
    {
        var free = new DriveInfo(Folder.Path).AvailableFreeSpace;
        var store = new FileSystemStore(Paths, reserve: free / 2);
        Assert.That(store.FreeBytes, Is.EqualTo(free / 2).Within(10).Percent);
    }

    [Test]
    public async Task Whoever_reads_a_blob_reads_it_to_its_end_although_it_is_deleted()
    {
        await CommitAsync();
        await using var stream = (await Blobs.OpenReadAsync(Blob, Length, None))!;
        await Blobs.DeleteAsync(Blob, None);
        var all = new byte[Length];
        await stream.ReadExactlyAsync(all);
        Assert.That(all, Is.EqualTo(Sample.Of(Length)));
    }

    static async Task<long> StatAsync(string format, string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("Asks stat of the GNU coreutils.");
        }

        using var stat = Process.Start(
            new ProcessStartInfo("stat", ["-c", format, path]) { RedirectStandardOutput = true })!;
        return long.Parse(await stat.StandardOutput.ReadToEndAsync(), CultureInfo.InvariantCulture);
    }
}
