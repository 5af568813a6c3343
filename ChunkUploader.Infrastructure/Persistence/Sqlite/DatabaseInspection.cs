using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Metadata;

namespace ChunkUploader.Infrastructure.Persistence.Sqlite;

/// <summary>What a database file is, found out without changing it.</summary>
sealed class DatabaseInspection : IDisposable
{
    const string EfPrefix = "__EFMigrations";

    /// <summary>In bytes. Larger ones would take too long: their damage is found where they are read.</summary>
    const long MaxChecked = 100 << 20;

    readonly SqliteConnection? _connection;
    readonly List<string> _tables = [];

    /// <exception cref="SqliteException">It is damaged, or cannot be opened.</exception>
    public DatabaseInspection(string path)
    {
        // SQLite would remove the write-ahead log of an empty file.
        if (!File.Exists(path) || new FileInfo(path).Length == 0)
        {
            return;
        }

        // Where a migration was killed, SQLite has to roll it back before anybody can read. Where there is no log,
        // it is told that nobody writes, as it would begin one otherwise.
        var source = new SqliteConnectionStringBuilder
        {
            DataSource = File.Exists($"{path}-wal") ? path : $"{new Uri(path).AbsoluteUri}?immutable=1",
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        };
        if (File.Exists($"{path}-journal"))
        {
            (source.DataSource, source.Mode) = (path, SqliteOpenMode.ReadWrite);
        }

        _connection = new SqliteConnection(source.ConnectionString);
        try
        {
            _connection.Open();
            _tables = Query("SELECT name FROM sqlite_master WHERE type = 'table'");
            if (new FileInfo(path).Length <= MaxChecked && Query("PRAGMA quick_check(1)") is not ["ok"] and var found)
            {
                throw new SqliteException(string.Join(' ', found).ReplaceLineEndings(" "), SqliteErrors.Corrupt);
            }
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    public bool IsEmpty => _tables.TrueForAll(table => table.StartsWith(EfPrefix, StringComparison.Ordinal));

    /// <summary>It has tables, and they are those of another application.</summary>
    public bool IsForeign => !IsEmpty && !_tables.Contains("UploadSessions");

    /// <summary>What the model has and the database has not, in words: a table, a column, or an index, without which a row
    /// could be there twice. Null if nothing is missing.</summary>
    public string? FindLost(IRelationalModel model)
    {
        foreach (var table in model.Tables)
        {
            if (!_tables.Contains(table.Name))
            {
                return $"table '{table.Name}'";
            }

            var columns = Query("SELECT name FROM pragma_table_info($of)", table.Name);
            if (table.Columns.FirstOrDefault(column => !columns.Contains(column.Name)) is { } column)
            {
                return $"column '{column.Name}' of '{table.Name}'";
            }

            var indexes = Query("SELECT name FROM pragma_index_list($of)", table.Name);
            if (table.Indexes.FirstOrDefault(index => !indexes.Contains(index.Name)) is { } index)
            {
                return $"index '{index.Name}'";
            }
        }

        return null;
    }

    public IReadOnlyList<string> Migrations =>
        _tables.Contains("__EFMigrationsHistory") ? Query("SELECT MigrationId FROM __EFMigrationsHistory") : [];

    /// <summary>Null if it was made before there were such keys.</summary>
    public string? Installation =>
        _tables.Contains("Installation") ? Query("""SELECT "Key" FROM Installation""").FirstOrDefault() : null;

    public bool HasBlobs => !IsEmpty && Query("SELECT 1 FROM Blobs LIMIT 1").Count > 0;

    /// <summary>Whether at least one of these is a blob of a file or of an upload.</summary>
    public bool KnowsAny(IEnumerable<Id<Blob>> blobs)
    {
        if (IsEmpty)
        {
            return false;
        }

        using var command = _connection!.CreateCommand();
        command.CommandText =
            "SELECT EXISTS (SELECT 1 FROM Blobs WHERE Id = $id) "
            + "OR EXISTS (SELECT 1 FROM UploadSessions WHERE BlobId = $id)";
        var id = command.Parameters.Add("$id", SqliteType.Blob);
        return blobs.Any(blob =>
        {
            id.Value = blob.ToBytes();
            return command.ExecuteScalar() is 1L;
        });
    }

    public void Dispose() => _connection?.Dispose();

    List<string> Query(string sql, string of = "")
    {
        using var command = _connection!.CreateCommand();
#pragma warning disable CA2100 // The texts are this class's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$of", of);
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }
}
