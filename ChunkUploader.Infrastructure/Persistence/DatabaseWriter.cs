using Microsoft.EntityFrameworkCore;

namespace ChunkUploader.Infrastructure.Persistence;

/// <summary>
/// The one writer of the database. SQLite lets one connection write at a time; queueing here, in order, is far quicker
/// for the last one in the queue than having each try its luck with the file's lock.
/// </summary>
public sealed class DatabaseWriter(IDbContextFactory<UploaderDbContext> contexts) : IDisposable
{
    readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Runs <paramref name="work"/> when nobody else writes. Cancelled only while it waits.</summary>
    public async Task<T> WriteAsync<T>(Func<UploaderDbContext, Task<T>> work, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            await using var context = await contexts.CreateDbContextAsync(CancellationToken.None);
            return await work(context);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(Func<UploaderDbContext, Task> work, CancellationToken ct) =>
        WriteAsync(
            async context =>
            {
                await work(context);
                return true;
            },
            ct);

    /// <summary>The same in a transaction, committed if <paramref name="work"/> returns true.</summary>
    public Task<bool> TransactAsync(Func<UploaderDbContext, Task<bool>> work, CancellationToken ct) =>
        WriteAsync(
            async context =>
            {
                await using var transaction = await context.Database.BeginTransactionAsync(CancellationToken.None);
                var isDone = await work(context);
                if (isDone)
                {
                    await transaction.CommitAsync(CancellationToken.None);
                }

                return isDone;
            },
            ct);

    public void Dispose() => _turn.Dispose();
}
