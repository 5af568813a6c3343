using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace ChunkUploader.Infrastructure.Persistence.Sqlite;

/// <summary>
/// A statement that is compiled once for the writer's connection, and again only where that had to be replaced. Only
/// for works of the <see cref="DatabaseWriter"/>: one thread at a time, within a transaction.
/// </summary>
/// <param name="sql">Its parameters are <c>$0</c>, <c>$1</c> and so on.</param>
sealed class PreparedStatement(string sql)
{
    SqliteCommand? _command;

    /// <returns>How many rows were changed.</returns>
    public int Execute(UploaderDbContext context, params ReadOnlySpan<object?> values)
    {
        var command = CommandOn(context);
        for (var i = command.Parameters.Count; i < values.Length; i++)
        {
            command.Parameters.Add(
                new SqliteParameter { ParameterName = string.Create(CultureInfo.InvariantCulture, $"${i}") });
        }

        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command.ExecuteNonQuery();
    }

    SqliteCommand CommandOn(UploaderDbContext context)
    {
        var connection = (SqliteConnection)context.Database.GetDbConnection();
        if (_command?.Connection != connection)
        {
            _command?.Dispose();
            _command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are this assembly's own.
            _command.CommandText = sql;
#pragma warning restore CA2100
        }

        _command.Transaction = (SqliteTransaction?)context.Database.CurrentTransaction?.GetDbTransaction();
        return _command;
    }
}
