using System.Globalization;
using System.Runtime.CompilerServices;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Infrastructure.Persistence;
using ChunkUploader.Infrastructure.Storage;
using Microsoft.Data.Sqlite;

namespace ChunkUploader.Tests.Benchmarks.Servers;

/// <summary>Puts files into a database that a server has made and left.</summary>
static class SeededCatalogue
{
    const int SmallestSize = 10 << 20;

    const string InsertBlobs = """
        WITH RECURSIVE numbers(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < $count)
        INSERT INTO Blobs (Id, Size, Md5, ContentHash, FirstBlock, StoredAt)
        SELECT randomblob(16), $size + number, randomblob(16), randomblob(32), randomblob(32), $now FROM numbers
        """;

    const string InsertFiles = """
        INSERT INTO StoredFiles (Id, BlobId, Owner, Name, ContentType, UploadedAt, Instant, Downloads)
        SELECT randomblob(16), Id, 'seed', 'seed ' || Size, 'application/octet-stream', $now, 0, 0 FROM Blobs
        """;

    /// <param name="folder">The data folder of a server that does not run.</param>
    /// <param name="known">How many are told of; only these get bytes, and those are a hole.</param>
    public static List<SeededFile> Seed(string folder, int count, int known)
    {
        RuntimeHelpers.RunModuleConstructor(typeof(UploaderDbContext).Module.ModuleHandle); // finds SQLite
        var paths = new BlobPaths(folder);
        using var connection = new SqliteConnection($"Data Source={paths.Database};Pooling=False");
        connection.Open();
        Execute(connection, "PRAGMA cache_size = -1000000"); // 1 GB: else random keys are written again and again
        using (var transaction = connection.BeginTransaction())
        {
            Execute(connection, InsertBlobs, ("$count", count), ("$size", SmallestSize), Now());
            Execute(connection, InsertFiles, Now());
            transaction.Commit();
        }

        Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        return Known(connection, paths, known);
    }

    static List<SeededFile> Known(SqliteConnection connection, BlobPaths paths, int count)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT Size, hex(Md5), hex(ContentHash), hex(FirstBlock), hex(Id) FROM Blobs ORDER BY Id LIMIT $count";
        command.Parameters.AddWithValue("$count", count);
        using var rows = command.ExecuteReader();
        var files = new List<SeededFile>();
        while (rows.Read())
        {
            files.Add(new SeededFile(rows.GetInt64(0), Text(1), Text(2), Text(3)));
            var blob = Id<Blob>.FromBytes(Convert.FromHexString(Text(4)));
            Directory.CreateDirectory(Path.GetDirectoryName(paths.BlobOf(blob))!);
            using var bytes = File.Create(paths.BlobOf(blob));
            bytes.SetLength(rows.GetInt64(0));
        }

        return files;

        string Text(int column) => rows.GetString(column).ToLowerInvariant();
    }

    static (string Name, object Value) Now() => ("$now", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());

    static void Execute(SqliteConnection connection, string sql, params (string Name, object Value)[] parameters)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Texts of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        command.ExecuteNonQuery();
    }
}

/// <param name="FirstBlock">As the other digests, in hex.</param>
sealed record SeededFile(long Size, string Md5, string ContentHash, string FirstBlock);
