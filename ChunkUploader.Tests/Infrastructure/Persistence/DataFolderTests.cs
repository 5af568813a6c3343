using System.Diagnostics;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Infrastructure;
using ChunkUploader.Infrastructure.Persistence;
using ChunkUploader.Infrastructure.Persistence.Sqlite;
using ChunkUploader.Infrastructure.Storage;
using ChunkUploader.Tests.Support;
using ChunkUploader.Tests.Support.Core;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace ChunkUploader.Tests.Infrastructure.Persistence;

/// <summary>A database and a folder of blobs that do not belong together are not used.</summary>
[TestFixture]
public class DataFolderTests : CoreFixture
{
    static readonly byte[] Content = Sample.Of(300_000);

    string Database => Folder.Combine("uploader.db");

    [TestCase("removed")]
    [TestCase("truncated")]
    [TestCase("empty")]
    [TestCase("of another installation")]
    public async Task A_database_that_knows_none_of_the_blobs_is_refused_and_nothing_is_touched(string kind)
    {
        await UploadAsync(Content, "a");
        await UploadAsync(Sample.Of(10), "b");
        await ReplaceDatabaseAsync(kind);
        var before = Snapshot();
        Assert.That(Refused(), Does.Contain("holds 2 stored files").And.Contain("--recover adopt")
            .And.Contain("--recover quarantine").And.Contain(Database));
        Assert.That(Snapshot(), Is.EqualTo(before));
    }

    [Test]
    public async Task Adopted_blobs_come_back_as_files_named_by_their_content_hash()
    {
        var old = await UploadAsync(Content, "a");
        await UploadAsync([], "nothing");
        await ReplaceDatabaseAsync("removed");
        Open(RecoverMode.Adopt);
        Host = new CoreHost(Folder);
        Assert.That(await Host.Get<BlobRecovery>().AdoptAsync(None), Is.EqualTo(2));
        Assert.That(await Host.Get<BlobRecovery>().AdoptAsync(None), Is.Zero);
        var file = (await Host.Catalog.ListAsync(Sample.HashOf(Content).ToString(), 1, None)).Files.Single();
        Assert.That((file.BlobId, file.Blob!.Size, file.Blob.Md5),
            Is.EqualTo((old.BlobId, (long)Content.Length, Sample.Md5Of(Content))));
        Assert.That(Download(file).AsSpan().SequenceEqual(Content));
        Assert.That((await Host.Catalog.ListAsync(null, 1, None)).Total, Is.EqualTo(2));
        var again = await UploadAsync(Content, "again");
        Assert.That(again.BlobId, Is.EqualTo(old.BlobId), "its content is known again");
        await RestartAsync();
    }

    [Test]
    public async Task What_is_adopted_gives_its_bytes_to_a_known_blob_of_its_content_that_has_lost_them()
    {
        var file = await UploadAsync(Content);
        var twin = Host.Paths.BlobOf(Id<Blob>.New());
        Directory.CreateDirectory(Path.GetDirectoryName(twin)!);
        File.Move(Host.Paths.BlobOf(file.BlobId), twin);
        Assert.That(await Host.Get<BlobRecovery>().AdoptAsync(None), Is.Zero, "its content has a file");
        Assert.That(Download(await Host.Catalog.GetAsync(file.Id, None)).AsSpan().SequenceEqual(Content));
        Assert.That((await Host.Catalog.ListAsync(null, 1, None)).Total, Is.EqualTo(1));
    }

    [Test]
    public async Task Quarantined_blobs_are_moved_aside()
    {
        var old = await UploadAsync(Content, "a");
        await ReplaceDatabaseAsync("truncated");
        Open(RecoverMode.Quarantine);
        Host = new CoreHost(Folder);
        Assert.That(await Host.Get<BlobRecovery>().QuarantineAsync(None), Is.EqualTo(1));
        Assert.That(Blobs, Is.Empty);
        Assert.That(new FileInfo(Host.Paths.QuarantinedOf(old.BlobId)).Length, Is.EqualTo(Content.Length));
        await RestartAsync();
    }

    [Test]
    [Platform("Linux")]
    public async Task A_blob_is_not_moved_aside_before_what_tells_of_it_is_flushed()
    {
        var file = await UploadAsync(Content);
        var (blob, manifest) = (Host.Paths.BlobOf(file.BlobId), Host.Paths.QuarantineManifest);
        await ReplaceDatabaseAsync("removed");
        var (exitCode, output) = await ServerProcess.RunAsync(ServerProcess.WithFailingFlush(
            manifest, "1+", ServerProcess.ApplicationOn(Folder.Path, port: 0, "--recover", "quarantine")));
        Assert.That((exitCode, File.Exists(blob)), Is.EqualTo(((int?)1, true)), output);
        Assert.That(output, Does.Contain("Flushing a file failed"));
    }

    [Test]
    public async Task An_older_backup_starts_and_what_it_does_not_know_is_kept()
    {
        await UploadAsync(Content, "a");
        await using (var context = Host.Context())
        {
            await context.Database.ExecuteSqlAsync($"VACUUM INTO {Folder.Combine("backup")}");
        }

        for (var i = 0; i < 6; i++)
        {
            await UploadAsync(Sample.Of(10, i), $"{i}");
        }

        await CloseAsync();
        File.Move(Folder.Combine("backup"), Database, overwrite: true);
        Host = new CoreHost(Folder);
        Host.Time.Advance(TimeSpan.FromDays(30));
        Assert.That((await Host.Get<BlobJanitor>().SweepAsync(None)).LeftUnknown, Is.EqualTo(6));
        Assert.That(await Host.Get<BlobRecovery>().AdoptAsync(None), Is.EqualTo(6));
        Assert.That((await Host.Get<BlobJanitor>().SweepAsync(None)).LeftUnknown, Is.Zero);
        Assert.That(Blobs, Has.Length.EqualTo(7));
    }

    [Test]
    public async Task A_crash_before_the_first_file_has_its_row_does_not_keep_the_server_from_starting()
    {
        await Host.Parts.CommitAsync(Id<Blob>.New(), 0, None);
        await RestartAsync();
    }

    [Test, Platform("Linux"), System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Other_accounts_of_the_machine_can_read_neither_names_nor_keys()
    {
        const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        await CloseAsync();
        var root = Folder.Combine("new");
        Open(null, root);
        foreach (var path in new[] { "", "uploader.db", "keys", "parts", "spool" }.Select(name => Path.Combine(root, name)))
        {
            Assert.That(File.GetUnixFileMode(path) & Others, Is.EqualTo(UnixFileMode.None), path);
        }
    }

    [Test]
    public async Task What_a_start_left_that_was_killed_while_it_tried_the_folders_is_taken_away_by_the_next()
    {
        var probe = Path.Combine(Host.Paths.Parts, ".write-probe");
        await File.WriteAllTextAsync(probe, "");
        await RestartAsync();
        Assert.That(File.Exists(probe), Is.False);
    }

    [Test]
    public async Task A_folder_from_before_there_were_keys_gets_one()
    {
        await UploadAsync(Content);
        await using (var context = Host.Context())
        {
            await context.Installation.ExecuteDeleteAsync();
        }

        File.Delete(Host.Paths.Installation);
        await RestartAsync();
        var key = await File.ReadAllTextAsync(Host.Paths.Installation);
        await using var after = Host.Context();
        Assert.That(key, Has.Length.EqualTo(32).And.EqualTo(after.Installation.Single().Key));
    }

    [Test]
    public async Task A_disk_of_blobs_that_is_not_mounted_is_not_taken_for_a_loss([Values] bool hasMountPoint)
    {
        var file = await UploadAsync(Content);
        await CloseAsync();
        Directory.Move(Folder.Combine("blobs"), Folder.Combine("unmounted"));
        if (hasMountPoint)
        {
            Directory.CreateDirectory(Folder.Combine("blobs", "lost+found"));
        }

        var before = Snapshot();
        Assert.That(Refused(), Does.Contain("blobs' is empty").And.Contain("--recover reupload"));
        Assert.That(Snapshot(), Is.EqualTo(before));
        Assert.That(Directory.Exists(Folder.Combine("blobs")), Is.EqualTo(hasMountPoint), "nothing is made");

        Open(RecoverMode.Reupload);
        Directory.Delete(Folder.Combine("blobs"), recursive: true);
        Directory.Move(Folder.Combine("unmounted"), Folder.Combine("blobs"));
        Host = new CoreHost(Folder);
        Assert.That(Download(file).AsSpan().SequenceEqual(Content));
    }

    [Test]
    public async Task What_was_lost_for_good_comes_back_when_it_is_uploaded_again()
    {
        var file = await UploadAsync(Content);
        await CloseAsync();
        Directory.Delete(Folder.Combine("blobs"), recursive: true);
        Open(RecoverMode.Reupload);
        Host = new CoreHost(Folder, recover: RecoverMode.Reupload);
        Assert.That((await Host.Catalog.ListAsync(null, 1, None)).Total, Is.EqualTo(1));
        await UploadAsync(Content, "again");
        Assert.That(Download(file).AsSpan().SequenceEqual(Content));
        await RestartAsync();
    }

    [TestCase("random bytes", "is damaged")]
    [TestCase("cut in half", "is damaged")]
    [TestCase("a page of noise", "is damaged")]
    [TestCase("a folder", "is a folder, but it has to be a file")]
    [TestCase("foreign", "belongs to another application")]
    [TestCase("DROP TABLE UploadSessions", "has lost its table 'UploadSessions'")]
    [TestCase("DROP TABLE Installation", "has lost its table 'Installation'")]
    [TestCase("DROP INDEX IX_Blobs_ContentHash", "has lost its index 'IX_Blobs_ContentHash'")]
    [TestCase("ALTER TABLE StoredFiles DROP COLUMN ContentType", "has lost its column 'ContentType' of 'StoredFiles'")]
    [TestCase("newer", "was made by a newer version (it has '99990101000000_Future')")]
    public async Task A_database_that_cannot_be_used_is_said_in_a_sentence_and_left_as_it_is(string kind, string said)
    {
        await UploadAsync(Content);
        if (kind == "newer")
        {
            await using var context = Host.Context();
            await context.Database.ExecuteSqlAsync(
                $"INSERT INTO __EFMigrationsHistory VALUES ('99990101000000_Future', '11.0.0')");
        }

        if (said.StartsWith("has lost", StringComparison.Ordinal))
        {
            await using var context = Host.Context();
#pragma warning disable EF1002, EF1003 // It comes from the cases above.
            await context.Database.ExecuteSqlRawAsync("PRAGMA foreign_keys = OFF; " + kind);
#pragma warning restore EF1002, EF1003
        }

        await CloseAsync();
        var bytes = await File.ReadAllBytesAsync(Database);
        switch (kind)
        {
            case "random bytes":
                await File.WriteAllBytesAsync(Database, Sample.Of(100_000));
                break;
            case "cut in half":
                await File.WriteAllBytesAsync(Database, bytes[..(bytes.Length / 2)]);
                break;
            case "a page of noise":
                Sample.Of(4096).CopyTo(bytes, 4 * 4096);
                await File.WriteAllBytesAsync(Database, bytes);
                break;
            case "a folder":
                File.Delete(Database);
                Directory.CreateDirectory(Database);
                break;
            case "foreign":
                File.Delete(Database);
                await using (var other = new SqliteConnection($"Data Source={Database};Pooling=False"))
                {
                    await other.OpenAsync();
                    await using var command = other.CreateCommand();
                    command.CommandText = "CREATE TABLE bookmarks (url TEXT)";
                    await command.ExecuteNonQueryAsync();
                }

                break;
            default:
                break;
        }

        var before = Snapshot();
        Assert.That(Refused(), Does.Contain(said).And.Contain(Database).And.Not.Contain("\n"));
        Assert.That(Snapshot(), Is.EqualTo(before));
    }

    /// <summary>Opening one would wait for ever.</summary>
    [TestCase("uploader.id")]
    [TestCase("uploader.db")]
    [TestCase("keys/any.key")]
    [Platform("Linux")]
    public async Task A_pipe_where_a_file_has_to_be_is_named(string name)
    {
        await CloseAsync();
        Directory.CreateDirectory(Path.GetDirectoryName(Folder.Combine(name))!);
        File.Delete(Folder.Combine(name));
        using (var made = Process.Start("mkfifo", [Folder.Combine(name)]))
        {
            await made.WaitForExitAsync();
        }

        Assert.That(Refused(), Does.Contain($"'{Folder.Combine(name)}' is a pipe"));
    }

    [TestCase("uploader.lock")]
    [TestCase("uploader.boot")]
    [TestCase("uploader.id")]
    [TestCase("uploader.db-wal")]
    public async Task A_folder_where_a_file_has_to_be_is_named(string name)
    {
        await CloseAsync();
        File.Delete(Folder.Combine(name));
        Directory.CreateDirectory(Folder.Combine(name));
        Assert.That(Refused(), Does.Contain($"'{Folder.Combine(name)}' is a folder"));
    }

    [Test]
    public void A_disk_that_nobody_may_write_to_is_not_called_in_use()
    {
        using var disk = TmpfsMount.Mount(32 << 20);
        Open(null, disk.Path);
        disk.MakeReadOnly();
        var refusal = Assert.Throws<IOException>(() => Open(null, disk.Path))!.Message;
        Assert.That(refusal, Does.Contain($"The data folder '{disk.Path}' cannot be used: Read-only file system"));
    }

    async Task ReplaceDatabaseAsync(string kind)
    {
        await CloseAsync();
        switch (kind)
        {
            case "truncated":
                await File.WriteAllBytesAsync(Database, []);
                break;
            case "removed":
                File.Delete(Database);
                break;
            default:
                using (var other = new TempFolder())
                {
                    Open(null, other.Path);
                    if (kind != "empty")
                    {
                        await using var host = new CoreHost(other);
                        await host.Service.BeginAsync(
                            Describe([1]), Alice, ChunkUploader.Domain.Chunks.ChunkPlan.For(1, 1), None);
                    }

                    File.Copy(other.Combine("uploader.db"), Database, overwrite: true);
                }

                break;
        }
    }

    /// <summary>Ends the server, and what is kept open of its database, which is replaced now.</summary>
    async Task CloseAsync()
    {
        await using var context = Host.Context();
        var connection = (SqliteConnection)context.Database.GetDbConnection();
        await Host.DisposeAsync();
        SqliteConnection.ClearPool(connection);
    }

    string Refused() => Assert.Throws<IOException>(() => Open(null))!.Message;

    void Open(RecoverMode? recover) => Open(recover, Folder.Path);

    static void Open(RecoverMode? recover, string folder)
    {
        using var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(new StorageOptions { Root = folder })
            .AddInfrastructure()
            .BuildServiceProvider();
        services.GetRequiredService<UploaderDatabase>().Open(recover);
        using var context = services.GetRequiredService<IDbContextFactory<UploaderDbContext>>().CreateDbContext();
        SqliteConnection.ClearPool((SqliteConnection)context.Database.GetDbConnection());
    }

    /// <summary>Every file with its bytes.</summary>
    string[] Snapshot() =>
    [
        .. Directory.EnumerateFiles(Folder.Path, "*", SearchOption.AllDirectories).Order()
            .Select(path => $"{path} {Sample.Sha256Of(File.ReadAllBytes(path))}"),
    ];
}
