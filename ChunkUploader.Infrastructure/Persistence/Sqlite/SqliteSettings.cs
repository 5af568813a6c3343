using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace ChunkUploader.Infrastructure.Persistence.Sqlite;

/// <summary>
/// What every connection is told. FULL: a commit that has returned survives a loss of power, in WAL mode too; what was
/// acknowledged is a promise.
/// </summary>
sealed class SqliteSettings : DbConnectionInterceptor
{
    const string Pragmas = "PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000;";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
