using ChunkUploader.Domain;
using ChunkUploader.Domain.Content;
using ChunkUploader.Domain.Files;
using ChunkUploader.Domain.Uploads;
using Microsoft.EntityFrameworkCore;

namespace ChunkUploader.Infrastructure.Persistence;

public sealed class EfUploadRepository(
    IDbContextFactory<UploaderDbContext> contexts, DatabaseWriter writer, ReceivedChunkWriter chunks)
    : IUploadRepository
{
    const int MaxListed = 1000;

    readonly InsertStatement<UploadSession> _insert = new();
    readonly FilePublisher _files = new();

    public Task AddAsync(UploadSession session, CancellationToken ct) =>
        writer.WriteAsync(context => { _insert.Execute(context, session); }, ct);

    public async Task<(UploadSession Session, IReadOnlyList<ReceivedChunk> Chunks)?> FindAsync(
        Id<UploadSession> id, CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);
        if (await UploadQueries.FindAsync(context, id) is not { } session)
        {
            return null;
        }

        var received = new List<ReceivedChunk>();
        if (session.State == UploadState.Completed)
        {
            // The chunks of a session that is completed have no rows any more: all of them are in.
            FillMap(session, Enumerable.Range(0, session.Received.Count));
            return (session, received);
        }

        var rows = context.ReceivedChunks.AsNoTracking().Where(row => row.SessionId == id).AsAsyncEnumerable();
        await foreach (var row in rows.WithCancellation(ct))
        {
            session.Received.Add(row.Index);
            received.Add(row.ToChunk());
        }

        return (session, received);
    }

    public async Task<IReadOnlyList<UploadSession>> ListReceivingAsync(string owner, CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);
        var sessions = await UploadQueries.Receiving(context, owner)
            .Where(session => !session.HasDigestMismatch)
            .Take(MaxListed)
            .ToListAsync(ct);
        var ids = sessions.Select(session => session.Id);
        var chunks = await context.ReceivedChunks
            .Where(row => ids.Contains(row.SessionId))
            .Select(row => new { row.SessionId, row.Index })
            .ToListAsync(ct);
        var indices = chunks.ToLookup(chunk => chunk.SessionId, chunk => chunk.Index);
        sessions.ForEach(session => FillMap(session, indices[session.Id]));
        return sessions;
    }

    public async Task<int> CountReceivingAsync(string owner, CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);
        return await UploadQueries.CountAsync(context, owner);
    }

    public async Task<IReadOnlyList<UploadSession>> ListReceivingAsync(
        string owner, string fileName, long size, CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);
        return await UploadQueries.Receiving(context, owner)
            .Where(session => session.FileName == fileName && session.Plan.Size == size)
            .Take(MaxListed)
            .ToListAsync(ct);
    }

    public Task UpdateAsync(UploadSession session, CancellationToken ct) =>
        writer.WriteAsync(
            context =>
            {
                context.Update(session);
                return context.SaveChangesAsync(CancellationToken.None);
            },
            ct);

    public Task MarkReceivedAsync(
        Id<UploadSession> id, ReceivedChunk chunk, DateTimeOffset expiresAt, CancellationToken ct) =>
        chunks.AddAsync(id, chunk, expiresAt, ct);

    public async Task<StoredFile?> PublishAsync(
        UploadSession session, StoredFile file, Blob? blob, CancellationToken ct)
    {
        StoredFile? published = null;
        await writer.TransactAsync(
            async context =>
            {
                var before = await UploadQueries.FindAsync(context, session.Id);
                if (before is null or { State: UploadState.Completed })
                {
                    published = before?.FileId is { } id
                        ? await context.StoredFiles.AsNoTracking().Include(row => row.Blob)
                            .FirstOrDefaultAsync(row => row.Id == id)
                        : null;
                    return false;
                }

                var target = blob is null
                    ? await context.Blobs.AsNoTracking().FirstOrDefaultAsync(row => row.Id == file.BlobId)
                    : await _files.AddOrFindAsync(context, blob, session.BlockDigests ?? []);
                if (target is null)
                {
                    return false;
                }

                _files.Add(context, file, target);
                chunks.Remove(context, session.Id);
                await context.UploadSessions.Where(row => row.Id == session.Id).ExecuteUpdateAsync(set => set
                    .SetProperty(row => row.State, UploadState.Completed)
                    .SetProperty(row => row.FileId, file.Id)
                    .SetProperty(row => row.BlobId, target.Id)
                    .SetProperty(row => row.BlockDigests, (byte[]?)null));
                published = file;
                return true;
            },
            ct);
        return published;
    }

    public Task PublishWholeAsync(UploadSession session, StoredFile file, Blob blob, CancellationToken ct) =>
        writer.WriteAsync(
            async context =>
            {
                _files.Add(
                    context, file, await _files.AddOrFindAsync(context, blob, session.BlockDigests ?? []));
                session.MarkCompleted(file);
                _insert.Execute(context, session);
            },
            ct);

    public async Task ClearSuspicionAsync(
        Id<UploadSession> id, IReadOnlyCollection<int> lostChunks, CancellationToken ct)
    {
        await chunks.RemoveAsync(id, lostChunks, ct);
        await writer.WriteAsync(
            context => context.UploadSessions.Where(row => row.Id == id)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.IsSuspect, false)),
            ct);
    }

    public async Task DeleteAsync(Id<UploadSession> id, CancellationToken ct)
    {
        for (var isGone = false; !isGone;)
        {
            await writer.WriteAsync(
                async context =>
                {
                    isGone = chunks.Remove(context, id);
                    if (isGone)
                    {
                        await context.UploadSessions.Where(row => row.Id == id).ExecuteDeleteAsync();
                    }
                },
                ct);
        }
    }

    public async Task RemoveLeftChunksAsync(CancellationToken ct)
    {
        foreach (var id in await ListAsync(UploadQueries.CompletedWithChunks, ct))
        {
            await chunks.RemoveAsync(id, ct);
        }
    }

    public Task<IReadOnlyList<Id<UploadSession>>> ListExpiredAsync(DateTimeOffset now, CancellationToken ct) =>
        ListAsync(context => context.UploadSessions.Where(session => session.ExpiresAt <= now), ct);

    public Task<IReadOnlyList<Id<UploadSession>>> ListCompletingAsync(CancellationToken ct) =>
        ListAsync(
            context => context.UploadSessions.Where(session => session.State == UploadState.Completing), ct);

    async Task<IReadOnlyList<Id<UploadSession>>> ListAsync(
        Func<UploaderDbContext, IQueryable<UploadSession>> query, CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);
        return await query(context).Select(session => session.Id).ToListAsync(ct);
    }

    static void FillMap(UploadSession session, IEnumerable<int> indices) =>
        indices.ToList().ForEach(index => session.Received.Add(index));
}
