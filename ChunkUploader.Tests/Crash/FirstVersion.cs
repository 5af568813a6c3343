using System.Collections.Concurrent;
using ChunkUploader.Infrastructure.Persistence;
using ChunkUploader.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ChunkUploader.Tests.Crash;

/// <summary>
/// A data folder as the first version has left it: files, and uploads of which some chunks have come. Its bytes are where
/// they are today; its database had the first migration's tables only.
/// </summary>
static class FirstVersion
{
    const int ChunkSize = 256 * 1024;
    const int FileCount = 3;
    const int SessionCount = 3;

    public static async Task MakeAsync(CrashingServer server, ConcurrentBag<TrackedUpload> uploads)
    {
        await server.StartAsync(null);
        for (var i = 0; i < FileCount + SessionCount; i++)
        {
            var upload = new TrackedUpload(TestFile.Random((4 * ChunkSize) - i), $"{Guid.NewGuid():N}") { IsOld = true };
            using var client = new UploadClient(server.Address, upload.Owner);
            await (i < FileCount ? StoreAsync(client, upload) : BeginAsync(client, upload));
            uploads.Add(upload);
        }

        await server.Process.StopAsync();
        Downgrade(server.Data);
    }

    /// <summary>Goes on with an upload of that time.</summary>
    public static async Task StoreAsync(UploadClient client, TrackedUpload upload)
    {
        var begun = await client.BeginAsync(upload.File.Name, upload.File.Size, ("chunkSize", ChunkSize));
        upload.FileId = (await client.FinishAsync(begun, upload.File))["file"].GetProperty("id").GetString();
    }

    static async Task BeginAsync(UploadClient client, TrackedUpload upload)
    {
        var session = await client.BeginAsync(upload.File.Name, upload.File.Size, ("chunkSize", ChunkSize));
        foreach (var index in new[] { 3, 0, 1 })
        {
            var chunk = upload.File.Chunk(index, ChunkSize);
            await client.PutChunkAsync(session.Id, index, chunk);
            upload.Acknowledged[index] = ((long)index * ChunkSize, chunk.Length);
        }
    }

    /// <summary>Moves all that it knew into a database of the first version, where one column had another name, and
    /// chunks a number.</summary>
    static void Downgrade(DataFolder data)
    {
        var (today, first) = (Path.Combine(data.Root, "uploader.db"), Path.Combine(data.Root, "first.db"));
        using (var context = new UploaderDbContext(new DbContextOptionsBuilder<UploaderDbContext>()
            .UseSqlite($"Data Source={first};Pooling=False").Options))
        {
            context.GetService<IMigrator>().Migrate(context.Database.GetMigrations().First());
        }

        var copies = data.Query(
            $"""
            ATTACH '{first}' AS first;
            SELECT 'INSERT INTO first.' || name || ' (' || columns || ') SELECT '
                || replace(replace(columns, '"IsSuspect"', '"NeedsVerification"'), '"Index"', '"Offset" / {ChunkSize}')
                || ' FROM main.' || name
            FROM (
                SELECT name, (
                    SELECT group_concat('"' || name || '"') FROM pragma_table_info(of_first.name, 'first')) AS columns
                FROM first.sqlite_master AS of_first
                WHERE type = 'table' AND name NOT LIKE '\_\_EF%' ESCAPE '\')
            """);
        data.Query($"PRAGMA foreign_keys = OFF; ATTACH '{first}' AS first; {string.Join(';', copies)}");
        foreach (var later in new[] { "uploader.db-wal", "uploader.db-shm", "uploader.id" })
        {
            File.Delete(Path.Combine(data.Root, later));
        }

        File.Move(first, today, overwrite: true);
    }
}
