using ChunkUploader.Domain;
using Microsoft.Data.Sqlite;

namespace ChunkUploader.Infrastructure.Persistence.Sqlite;

/// <summary>What SQLite's result codes mean here (https://sqlite.org/rescode.html).</summary>
static class SqliteErrors
{
    public const int Corrupt = 11;
    const int Busy = 5;
    const int Locked = 6;
    const int ReadOnly = 8;
    const int InOut = 10;
    const int Full = 13;
    const int CannotOpen = 14;
    const int NotADatabase = 26;

    /// <summary>A part of <see cref="InOut"/>: the index of the write-ahead log cannot grow.</summary>
    const int InOutShmSize = 4874;

    /// <summary>Whether there was no room for what was to be written. Nothing of it is kept then.</summary>
    public static bool IsFull(Exception? exception) => exception switch
    {
        SqliteException { SqliteErrorCode: Full } => true,
        SqliteException { SqliteErrorCode: InOut, SqliteExtendedErrorCode: InOutShmSize } => true,
        UploadException { Code: UploadErrorCode.StorageFull } => true,
        { InnerException: { } inner } => IsFull(inner),
        _ => false,
    };

    /// <summary>Why a database cannot be used, and what to do, in a sentence.</summary>
    public static string Describe(SqliteException exception, string path)
    {
        var reason = exception.Message.TrimEnd('.');
        return exception.SqliteErrorCode switch
        {
            Corrupt or NotADatabase =>
                $"The database '{path}' is damaged ({reason}): put a backup in its place, or move it away and start "
                + "once with --recover adopt or --recover quarantine.",
            Busy or Locked => $"The database '{path}' is in use by another program ({reason}).",
            ReadOnly or CannotOpen =>
                $"The database '{path}', or its -wal or -shm beside it, cannot be opened for writing ({reason}).",
            _ when IsFull(exception) => $"There is no room left for the database '{path}' ({reason}).",
            _ => $"The database '{path}' cannot be used ({reason}).",
        };
    }
}
