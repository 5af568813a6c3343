using System.Data.Common;
using ChunkUploader.Domain;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace ChunkUploader.Infrastructure.Persistence.Sqlite;

/// <summary>SQLite needs room to read as well, to sort and for the index of its log: where there is none, that is no
/// fault of the server.</summary>
sealed class FullDiskReads : DbCommandInterceptor
{
    /// <exception cref="UploadException"><see cref="UploadErrorCode.StorageFull"/>.</exception>
    public override void CommandFailed(DbCommand command, CommandErrorEventData eventData) =>
        ThrowIfFull(eventData.Exception);

    /// <inheritdoc cref="CommandFailed"/>
    public override Task CommandFailedAsync(
        DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        ThrowIfFull(eventData.Exception);
        return Task.CompletedTask;
    }

    static void ThrowIfFull(Exception exception)
    {
        if (SqliteErrors.IsFull(exception))
        {
            throw UploadException.StorageFull();
        }
    }
}
