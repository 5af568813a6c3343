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

    public Task AddAsync(UploadSession session, CancellationToken ct) =>
        writer.WriteAsync(
            context =>
            {
                context.Add(session);
                return context.SaveChangesAsync(CancellationToken.None);
            },
            ct);

    public async Task<(UploadSession Session, IReadOnlyList<ReceivedChunk> Chunks)?> FindAsync(
        Id<UploadSession> id, CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);
        var session = await context.UploadSessions.AsNoTracking().FirstOrDefaultAsync(row => row.Id == id, ct);
        if (session is null)
        {
            return null;
        }

        var rows = await context.ReceivedChunks.AsNoTracking().Where(row => row.SessionId == id).ToListAsync(ct);
        FillMap(session, rows.Select(row => row.Index));
        return (session, rows.ConvertAll(row => row.ToChunk()));
    }

    public async Task<IReadOnlyList<UploadSession>> ListReceivingAsync(string owner, CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);
        var sessions = await Receiving(context, owner)
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
        return await Receiving(context, owner).CountAsync(ct);
    }

    public async Task<IReadOnlyList<UploadSession>> ListReceivingAsync(
        string owner, string fileName, long size, CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);
        return await Receiving(context, owner)
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
                var before = await context.UploadSessions.AsNoTracking().FirstOrDefaultAsync(r => r.Id == session.Id);
                if (before is null or { State: UploadState.Completed })
                {
                    published = before?.FileId is { } id
                        ? await context.StoredFiles.Include(row => row.Blob).FirstOrDefaultAsync(row => row.Id == id)
                        : null;
                    return false;
                }

                var known = blob is null
                    ? await context.Blobs.FirstOrDefaultAsync(row => row.Id == file.BlobId)
                    : await context.Blobs.FirstOrDefaultAsync(
                        row => row.ContentHash == blob.ContentHash && row.Size == blob.Size);
                if ((known ?? blob) is not { } target)
                {
                    return false;
                }

                await AddAsync(context, session, file, target, isNew: known is null);
                published = file;
                return true;
            },
            ct);
        return published;
    }

    public Task ClearSuspicionAsync(
        Id<UploadSession> id, IReadOnlyCollection<int> lostChunks, CancellationToken ct) =>
        writer.TransactAsync(
            async context =>
            {
                foreach (var index in lostChunks)
                {
                    await context.ReceivedChunks
                        .Where(row => row.SessionId == id && row.Index == index)
                        .ExecuteDeleteAsync();
                }

                await context.UploadSessions.Where(row => row.Id == id)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.IsSuspect, false));
                return true;
            },
            ct);

    public Task DeleteAsync(Id<UploadSession> id, CancellationToken ct) =>
        writer.TransactAsync(
            async context =>
            {
                await context.ReceivedChunks.Where(row => row.SessionId == id).ExecuteDeleteAsync();
                await context.UploadSessions.Where(row => row.Id == id).ExecuteDeleteAsync();
                return true;
            },
            ct);

    public async Task<IReadOnlyList<Id<UploadSession>>> ListExpiredAsync(DateTimeOffset now, CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);
        return await context.UploadSessions
            .Where(session => session.ExpiresAt <= now)
            .Select(session => session.Id)
            .ToListAsync(ct);
    }

    public async Task<IReadOnlyList<Id<UploadSession>>> ListCompletingAsync(CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);
        return await context.UploadSessions
            .Where(session => session.State == UploadState.Completing)
            .Select(session => session.Id)
            .ToListAsync(ct);
    }

    static async Task AddAsync(
        UploaderDbContext context, UploadSession session, StoredFile file, Blob target, bool isNew)
    {
        if (isNew)
        {
            context.Add(target);
            context.Add(new BlobBlocksRow { BlobId = target.Id, Digests = session.BlockDigests ?? [] });
        }

        (file.BlobId, file.Blob) = (target.Id, target);
        context.Add(file);
        await context.ReceivedChunks.Where(row => row.SessionId == session.Id).ExecuteDeleteAsync();
        await context.SaveChangesAsync();
        await context.UploadSessions.Where(row => row.Id == session.Id).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.State, UploadState.Completed)
            .SetProperty(row => row.FileId, file.Id)
            .SetProperty(row => row.BlobId, target.Id)
            .SetProperty(row => row.BlockDigests, (byte[]?)null));
    }

    static IQueryable<UploadSession> Receiving(UploaderDbContext context, string owner) =>
        context.UploadSessions
            .AsNoTracking()
            .Where(session => session.Owner == owner && session.State == UploadState.Receiving)
            .OrderByDescending(session => session.CreatedAt);

    static void FillMap(UploadSession session, IEnumerable<int> indices)
    {
        // The chunks of a session that is completed have no rows any more: all of them are in.
        var isAllIn = session.State == UploadState.Completed;
        foreach (var index in isAllIn ? Enumerable.Range(0, session.Received.Count) : indices)
        {
            session.Received.Add(index);
        }
    }
}
