using System.Collections.Concurrent;
using ChunkUploader.Domain;
using ChunkUploader.Infrastructure.Storage;
using Microsoft.EntityFrameworkCore;

namespace ChunkUploader.Infrastructure.Persistence.Sqlite;

/// <summary>
/// The one writer of the database, with a connection of its own. SQLite lets one write at a time, and each commit waits
/// for the disk; so whoever gets to write commits everything that waits by then, in one transaction. Each work runs
/// within a savepoint: one that fails costs the others nothing.
/// </summary>
public sealed class DatabaseWriter(IDbContextFactory<UploaderDbContext> contexts, DiskReserve reserve) : IDisposable
{
    /// <summary>Works in a group; whoever is in it waits for all of it.</summary>
    const int MaxGroup = 1000;

    readonly ConcurrentQueue<DatabaseWork> _waiting = [];
    readonly SemaphoreSlim _writeLock = new(1, 1);
    readonly PreparedStatement _begin = new("SAVEPOINT work");
    readonly PreparedStatement _undo = new("ROLLBACK TO work");
    readonly PreparedStatement _end = new("RELEASE work");
    UploaderDbContext? _context;
    bool _isDisposed;

    /// <summary>
    /// Runs <paramref name="work"/> when nobody else writes; nothing of it is kept if it returns false or throws.
    /// </summary>
    /// <param name="ct">Heeded while it waits only.</param>
    /// <returns>What the work returned, once it is committed.</returns>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.StorageFull"/>.</exception>
    public Task<bool> TransactAsync(Func<UploaderDbContext, Task<bool>> work, CancellationToken ct) =>
        EnqueueAsync(new DatabaseWork(work, makesRoom: false, ct));

    /// <summary>The same for what removes something: where the disk is full, it gets the room that was kept for
    /// that.</summary>
    /// <inheritdoc cref="TransactAsync"/>
    public Task<bool> MakeRoomAsync(Func<UploaderDbContext, Task<bool>> work, CancellationToken ct) =>
        EnqueueAsync(new DatabaseWork(work, makesRoom: true, ct));

    /// <inheritdoc cref="TransactAsync"/>
    public Task WriteAsync(Func<UploaderDbContext, Task> work, CancellationToken ct) =>
        TransactAsync(
            async context =>
            {
                await work(context);
                return true;
            },
            ct);

    /// <inheritdoc cref="TransactAsync"/>
    public Task WriteAsync(Action<UploaderDbContext> work, CancellationToken ct) =>
        TransactAsync(
            context =>
            {
                work(context);
                return Task.FromResult(true);
            },
            ct);

    public void Dispose()
    {
        _writeLock.Wait();
        _isDisposed = true;
        Close();
        _writeLock.Release();
    }

    Task<bool> EnqueueAsync(DatabaseWork work)
    {
        _waiting.Enqueue(work);
        _ = WriteWaitingAsync();
        return work.Outcome;
    }

    async Task WriteWaitingAsync()
    {
        // Seen again after each holder: who came in the meantime and found it taken relies on that.
        while (!_waiting.IsEmpty && _writeLock.Wait(0, CancellationToken.None))
        {
            try
            {
                await CommitAsync(TakeGroup());
            }
            finally
            {
                _writeLock.Release();
            }

            // Whoever came first goes its way; its thread is not to be kept by those who came later.
            await Task.Yield();
        }
    }

    List<DatabaseWork> TakeGroup()
    {
        var group = new List<DatabaseWork>();
        while (group.Count < MaxGroup && _waiting.TryDequeue(out var work))
        {
            group.Add(work);
        }

        return group;
    }

    async Task CommitAsync(List<DatabaseWork> group, bool isRepeated = false)
    {
        try
        {
            var context = Open();
            await using var transaction = await context.Database.BeginTransactionAsync();
            foreach (var work in group)
            {
                await RunAsync(work, context);
            }

            if (group.Exists(work => work.IsDone))
            {
                await transaction.CommitAsync();
            }

            group.ForEach(work => work.Tell());
        }
        catch (Exception exception)
        {
            // Nobody knows what has become of the transaction, so nobody is told that it succeeded.
            Close();
            var isFull = SqliteErrors.IsFull(exception);
            var again = isFull && !isRepeated ? group.FindAll(work => work.MakesRoom) : [];
            var failure = isFull ? UploadException.StorageFull() : exception;
            group.Except(again).ToList().ForEach(work => work.Fail(failure));
            if (again.Count > 0)
            {
                FreeLog();
                await CommitAsync(again, isRepeated: true);
            }
        }
    }

    /// <summary>Lets the reserve go, and has the log's content moved to the database, so that the log begins anew in
    /// the room that it has.</summary>
    void FreeLog()
    {
        try
        {
            reserve.Release();
            Open().Database.ExecuteSqlRaw("PRAGMA wal_checkpoint(PASSIVE)");
        }
        catch (Exception)
        {
            Close(); // the works that are repeated now fail with what is the matter
        }
    }

    async Task RunAsync(DatabaseWork work, UploaderDbContext context)
    {
        if (!work.TryBegin())
        {
            return;
        }

        _begin.Execute(context);
        await work.RunAsync(context);
        context.ChangeTracker.Clear();
        work.ThrowIfFull(); // SQLite may have rolled back the others' works too
        if (!work.IsDone)
        {
            // Where SQLite has rolled back everything, of the others' works too, this throws: the group has failed.
            _undo.Execute(context);
        }

        _end.Execute(context);
    }

    UploaderDbContext Open()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_context is null)
        {
            _context = contexts.CreateDbContext();
            _context.Database.AutoSavepointsEnabled = false;
            _context.Database.OpenConnection();
        }

        return _context;
    }

    void Close()
    {
        var context = _context;
        _context = null;
        context?.Dispose();
    }
}
