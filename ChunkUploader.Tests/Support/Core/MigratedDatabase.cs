using ChunkUploader.Infrastructure;
using ChunkUploader.Infrastructure.Persistence;
using ChunkUploader.Infrastructure.Persistence.Sqlite;
using ChunkUploader.Infrastructure.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ChunkUploader.Tests.Support.Core;

/// <summary>A new database, migrated once in this process: a copy of it is the same as one of its own, and takes a server
/// over a second less of the processor to start.</summary>
static class MigratedDatabase
{
    const string Name = "uploader.db";

    static readonly Lazy<byte[]> Bytes = new(Make);

    /// <summary>Does nothing in a folder that has anything in it, or is not there yet.</summary>
    public static void PutInto(string dataFolder)
    {
        if (Directory.Exists(dataFolder) && !Directory.EnumerateFileSystemEntries(dataFolder).Any())
        {
            File.WriteAllBytes(Path.Combine(dataFolder, Name), Bytes.Value);
        }
    }

    static byte[] Make()
    {
        using var folder = new TempFolder();
        using var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(TimeProvider.System)
            .AddSingleton(new StorageOptions { Root = folder.Path, FreeSpaceReserve = 0 })
            .AddInfrastructure()
            .BuildServiceProvider();
        services.GetRequiredService<UploaderDatabase>().Open();
        using var context = services.GetRequiredService<IDbContextFactory<UploaderDbContext>>().CreateDbContext();
        context.Database.ExecuteSqlRaw("PRAGMA wal_checkpoint(TRUNCATE)");
        return File.ReadAllBytes(folder.Combine(Name));
    }
}
