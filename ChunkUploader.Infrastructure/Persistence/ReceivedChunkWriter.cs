using System.Collections.Concurrent;
using System.Data.Common;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Uploads;
using Microsoft.EntityFrameworkCore;

namespace ChunkUploader.Infrastructure.Persistence;

/// <summary>
/// Commits the chunk rows of parallel requests in groups: whoever gets to write first writes for all who wait by then,
/// and one flush of the disk serves them all.
/// </summary>
public sealed class ReceivedChunkWriter(DatabaseWriter writer)
{
    readonly ConcurrentQueue<Item> _waiting = [];

    /// <summary>Returns when the row is committed.</summary>
    public async Task AddAsync(
        Id<UploadSession> session, ReceivedChunk chunk, DateTimeOffset expiresAt, CancellationToken ct)
    {
        var item = new Item(ReceivedChunkRow.Of(session, chunk), expiresAt);
        _waiting.Enqueue(item);
        await writer.WriteAsync(
            context => item.Written.Task.IsCompleted ? Task.CompletedTask : WriteGroupAsync(context), ct);
        await item.Written.Task;
    }

    async Task WriteGroupAsync(UploaderDbContext context)
    {
        var group = new List<Item>();
        while (_waiting.TryDequeue(out var item))
        {
            group.Add(item);
        }

        try
        {
            await CommitAsync(context, group);
            group.ForEach(item => item.Written.SetResult());
        }
        catch (DbException) when (group.Count > 1)
        {
            // One row is refused, for instance of a session that has just been removed: that must not cost the others.
            await CommitOneByOneAsync(context, group);
        }
        catch (Exception exception)
        {
            group.ForEach(item => item.Written.SetException(exception));
        }
    }

    static async Task CommitOneByOneAsync(UploaderDbContext context, List<Item> group)
    {
        foreach (var item in group)
        {
            try
            {
                await CommitAsync(context, [item]);
                item.Written.SetResult();
            }
            catch (Exception exception)
            {
                item.Written.SetException(exception);
            }
        }
    }

    static async Task CommitAsync(UploaderDbContext context, List<Item> group)
    {
        await using var transaction = await context.Database.BeginTransactionAsync();
        foreach (var row in group.Select(item => item.Row))
        {
            // It may be there already, from a commit that was reported as failed: the last one that came counts.
            await context.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO ReceivedChunks (SessionId, "Index", Offset, Length, Digests)
                VALUES ({row.SessionId.ToBytes()}, {row.Index}, {row.Offset}, {row.Length}, {row.Digests})
                ON CONFLICT (SessionId, "Index") DO UPDATE SET Digests = excluded.Digests
                """);
        }

        foreach (var session in group.GroupBy(item => item.Row.SessionId))
        {
            var expiresAt = session.Max(item => item.ExpiresAt);
            await context.UploadSessions
                .Where(row => row.Id == session.Key)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.ExpiresAt, expiresAt));
        }

        await transaction.CommitAsync();
    }

    sealed record Item(ReceivedChunkRow Row, DateTimeOffset ExpiresAt)
    {
        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
