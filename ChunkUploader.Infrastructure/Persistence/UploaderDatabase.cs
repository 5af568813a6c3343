using ChunkUploader.Domain.Uploads;
using ChunkUploader.Infrastructure.Storage;
using Microsoft.EntityFrameworkCore;

namespace ChunkUploader.Infrastructure.Persistence;

/// <summary>
/// Takes the data folder for this process and brings its database up to date. Disposing gives it back.
/// </summary>
public sealed class UploaderDatabase(BlobPaths paths, IDbContextFactory<UploaderDbContext> contexts) : IDisposable
{
    FileStream? _lock;

    /// <exception cref="IOException">Another process uses the folder.</exception>
    public void Open()
    {
        try
        {
            _lock = new FileStream(paths.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception)
        {
            throw new IOException($"The data folder '{paths.Root}' is in use by another process.", exception);
        }

        using var context = contexts.CreateDbContext();
        if (context.Database.GetPendingMigrations().Any())
        {
            // EF marks a migration under way with a row that outlives a process that was killed in the middle of one,
            // and then waits for it for ever. The folder is ours alone, so such a row is a dead process's.
            context.Database.ExecuteSqlRaw("DROP TABLE IF EXISTS __EFMigrationsLock");
            context.Database.Migrate();
        }

        context.Database.ExecuteSqlRaw("PRAGMA journal_mode=WAL");
        SuspectAfterBoot(context);
        Array.ForEach(Directory.GetFiles(paths.Spool), File.Delete);
    }

    /// <summary>
    /// What a killed process has written is still in the machine's memory; what had not been flushed when the machine
    /// went down is not. So after a boot the chunks of open sessions are read again before they are trusted.
    /// </summary>
    void SuspectAfterBoot(UploaderDbContext context)
    {
        var boot = Disk.BootId();
        if (boot is not null && File.Exists(paths.Boot) && File.ReadAllText(paths.Boot) == boot)
        {
            return;
        }

        context.UploadSessions
            .Where(session => session.State == UploadState.Receiving)
            .ExecuteUpdate(set => set.SetProperty(session => session.IsSuspect, true));
        File.WriteAllText(paths.Boot, boot ?? "");
    }

    public void Dispose() => _lock?.Dispose();
}
