using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Infrastructure.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace ChunkUploader.Infrastructure.Persistence.Sqlite;

/// <summary>
/// Takes the data folder for this process and brings its database up to date. Nothing is changed before it is certain
/// that both can be used and belong together. Disposing gives it back.
/// </summary>
public sealed class UploaderDatabase(
    BlobPaths paths, DiskReserve reserve, IDbContextFactory<UploaderDbContext> contexts) : IDisposable
{
    /// <summary>Of one name for ever: what a kill leaves of it is taken away by the next start.</summary>
    const string WriteProbe = ".write-probe";

    const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    FileStream? _lock;

    /// <param name="recover">What the operator wants where they do not belong together.</param>
    /// <exception cref="IOException">The folder cannot be used, or must not be: the message is for the
    /// operator.</exception>
    public void Open(RecoverMode? recover = null)
    {
        try
        {
            EnsureFiles();
            _lock = Lock();
            reserve.ReleaseIfFull();
            EnsureAccess();
            EnsureFits(recover);
            Directory.CreateDirectory(paths.Blobs);
            Update();
            HideFromOthers();
            reserve.Take();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SqliteException)
        {
            Dispose();
            throw new IOException(Describe(exception), exception);
        }
    }

    public void Dispose() => _lock?.Dispose();

    string Describe(Exception exception) => exception switch
    {
        UnusableFolderException => exception.Message,
        SqliteException sqlite => SqliteErrors.Describe(sqlite, paths.Database),
        _ => $"The data folder '{paths.Root}' cannot be used: {exception.Message}",
    };

    FileStream Lock()
    {
        try
        {
            return new FileStream(paths.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (Disk.IsInUse(exception))
        {
            throw new UnusableFolderException($"The data folder '{paths.Root}' is in use by another process.");
        }
    }

    void EnsureFiles()
    {
        string[] files = [.. DatabaseFiles, paths.Lock, paths.Boot, paths.Installation, paths.Reserve];
        if (Array.Find(files, Directory.Exists) is { } folder)
        {
            throw new UnusableFolderException($"'{folder}' is a folder, but it has to be a file.");
        }

        var keys = Directory.Exists(paths.Keys) ? Directory.GetFiles(paths.Keys) : [];
        if (files.Concat(keys).FirstOrDefault(file => FileStatus.IsSpecial(file)) is { } special)
        {
            throw new UnusableFolderException($"'{special}' is a pipe or a device, but it has to be a file.");
        }
    }

    /// <summary>Everything that is needed some day is opened now, when somebody is there to mend it.</summary>
    void EnsureAccess()
    {
        foreach (var file in DatabaseFiles.Append(paths.Boot).Append(paths.Installation).Where(File.Exists))
        {
            File.Open(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose();
        }

        foreach (var key in BlobPaths.FilesIn(paths.Keys))
        {
            key.OpenRead().Dispose();
        }

        foreach (var folder in new[] { paths.Root, paths.Keys, paths.Parts, paths.Blobs, paths.Staging }
            .Where(Directory.Exists))
        {
            EnsureWritable(folder);
        }
    }

    static void EnsureWritable(string folder)
    {
        try
        {
            File.Create(Path.Combine(folder, WriteProbe), bufferSize: 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (IOException exception) when (UploadException.IsStorageFull(exception))
        {
            // What was sent already can be read and deleted.
        }
    }

    /// <summary>
    /// What other accounts of this machine must not read: names of files, whose they are, keys. The blobs are left as they
    /// are in a folder that was there before, as a proxy may have to read them.
    /// </summary>
    void HideFromOthers()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        foreach (var path in DatabaseFiles.Where(File.Exists).Concat([paths.Keys, paths.Parts, paths.Staging]))
        {
            try
            {
                File.SetUnixFileMode(path, File.GetUnixFileMode(path) & ~Others);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It is another account's, or on a file system that knows no modes.
            }
        }
    }

    /// <summary>
    /// The database must be one of this application, and the one that the blobs were stored with: stored bytes that it
    /// does not know would be taken for strays, and names whose bytes are on a disk that is not there for lost.
    /// </summary>
    void EnsureFits(RecoverMode? recover)
    {
        using var found = new DatabaseInspection(paths.Database);
        using var context = contexts.CreateDbContext();
        var migrations = context.Database.GetMigrations().ToList();
        if (!migrations.Except(found.Migrations).Any() && found.FindLost(context.Model.GetRelationalModel()) is { } lost)
        {
            throw new UnusableFolderException(
                $"The database '{paths.Database}' has lost its {lost}: put a backup in its place.");
        }

        if (found.IsForeign)
        {
            throw new UnusableFolderException(
                $"The database '{paths.Database}' belongs to another application: move it away.");
        }

        if (found.Migrations.Except(migrations).FirstOrDefault() is { } unknown)
        {
            throw new UnusableFolderException(
                $"The database '{paths.Database}' was made by a newer version (it has '{unknown}'): start that one.");
        }

        var stored = StoredBlobs.FirstOrDefault() != default;
        if (!stored && found.HasBlobs && recover != RecoverMode.Reupload)
        {
            throw new UnusableFolderException(
                $"The folder '{paths.Blobs}' is empty, but the database knows stored files: mount its disk, or, if it is "
                + "lost, start with --recover reupload, and each file comes back when it is uploaded again.");
        }

        var isPaired = found.Installation is { } key && key == ReadInstallation();
        if (stored && !isPaired && !found.KnowsAny(StoredBlobs)
            && recover is not (RecoverMode.Adopt or RecoverMode.Quarantine))
        {
            throw new UnusableFolderException(
                $"The folder '{paths.Blobs}' holds {StoredBlobs.Count()} stored files, but the database "
                + $"'{paths.Database}' {(found.IsEmpty ? "is empty or missing" : "knows none of them")}: put the right "
                + "one in its place, or start once with --recover adopt (they are hashed and come back as files named by "
                + "their content hash) or --recover quarantine (they are moved aside and removed after 7 days).");
        }
    }

    void Update()
    {
        using var context = contexts.CreateDbContext();
        if (context.Database.GetPendingMigrations().Any())
        {
            // EF marks a migration under way with a row that outlives a process that was killed in the middle of one,
            // and then waits for it for ever. The folder is ours alone, so such a row is a dead process's.
            context.Database.ExecuteSqlRaw("DROP TABLE IF EXISTS __EFMigrationsLock");
            context.Database.Migrate();
        }

        context.Database.ExecuteSqlRaw("PRAGMA journal_mode=WAL");
        SaveInstallation(context);
        RequireVerificationAfterBoot(context);
        Array.ForEach(Directory.GetFiles(paths.Staging), File.Delete);
    }

    void SaveInstallation(UploaderDbContext context)
    {
        var saved = ReadInstallation();
        var key = context.Installation.AsNoTracking().SingleOrDefault()?.Key;
        if (key is null)
        {
            key = saved ?? Guid.NewGuid().ToString("N");
            context.Database.ExecuteSql(
                $"""INSERT INTO Installation (Id, "Key") VALUES ({InstallationRow.OnlyId}, {key})""");
        }

        if (saved != key)
        {
            File.WriteAllText(paths.Installation, key);
        }
    }

    string? ReadInstallation() =>
        File.Exists(paths.Installation) && File.ReadAllText(paths.Installation) is { Length: > 0 } key ? key : null;

    /// <summary>
    /// What a killed process has written is still in the machine's memory; what had not been flushed when the machine
    /// went down is not. So after a boot the chunks of open sessions are read again before they are trusted.
    /// </summary>
    void RequireVerificationAfterBoot(UploaderDbContext context)
    {
        var boot = Disk.BootId();
        if (boot is not null && File.Exists(paths.Boot) && File.ReadAllText(paths.Boot) == boot)
        {
            return;
        }

        context.UploadSessions
            .Where(session => session.State == UploadState.Receiving)
            .ExecuteUpdate(set => set.SetProperty(session => session.NeedsVerification, true));
        File.WriteAllText(paths.Boot, boot ?? "");
    }

    string[] DatabaseFiles =>
        [paths.Database, $"{paths.Database}-wal", $"{paths.Database}-shm", $"{paths.Database}-journal"];

    IEnumerable<Id<Blob>> StoredBlobs =>
        paths.BlobFolders.SelectMany(BlobPaths.FilesIn)
            .Select(file => Id<Blob>.TryParse(file.Name, out var blob) ? blob : default)
            .Where(blob => blob != default);

    sealed class UnusableFolderException(string message) : IOException(message);
}
