using Microsoft.Data.Sqlite;

namespace ChunkUploader.Tests.Support;

/// <summary>A look into a data folder, past the server.</summary>
public sealed class DataFolder(string root)
{
    public string Root => root;

    /// <summary>The names of the files in <c>parts/</c>.</summary>
    public string[] Parts => NamesIn("parts");

    /// <summary>The names of the files in <c>blobs/</c>.</summary>
    public string[] Blobs => NamesIn("blobs");

    /// <summary>The names of the files in <c>spool/</c>.</summary>
    public string[] Staged => NamesIn("spool");

    /// <summary>The names of the files in <c>quarantine/</c>.</summary>
    public string[] Quarantined => NamesIn("quarantine");

    public byte[] ReadBlob(string name) => File.ReadAllBytes(PathOfBlob(name));

    public string PathOfBlob(string name) => Path.Combine(root, "blobs", name[..2], name);

    public string PathOfPart(string name) => Path.Combine(root, "parts", name);

    /// <summary>Where the bytes of a stored file are.</summary>
    public string BlobOf(string fileId)
    {
        var blob = Query($"SELECT lower(hex(BlobId)) FROM StoredFiles WHERE lower(hex(Id)) = '{fileId}'").Single();
        return Path.Combine(root, "blobs", blob[..2], blob);
    }

    /// <summary>The rows of a query's first column, as text.</summary>
    public string[] Query(string sql)
    {
        var source = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(root, "uploader.db"),
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
        };
        using var connection = new SqliteConnection(source.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The tests' own texts.
        command.CommandText = sql;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(reader.GetString(0));
        }

        return [.. rows];
    }

    /// <summary>None where there is no such folder yet.</summary>
    string[] NamesIn(string folder) => !Directory.Exists(Path.Combine(root, folder)) ? [] :
        [.. Directory.GetFiles(Path.Combine(root, folder), "*", SearchOption.AllDirectories)
            .Select(path => Path.GetFileName(path))];
}
