using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Clients;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Infrastructure.Persistence.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace ChunkUploader.Infrastructure.Persistence;

public sealed class EfUploadRepository(
    IDbContextFactory<UploaderDbContext> contexts,
    DatabaseWriter writer,
    ReceivedChunkWriter chunks,
    SavedDigestWriter digests)
    : IUploadRepository
{
    const int MaxListed = 1000;

    readonly InsertStatement<UploadSession> _insert = new();
    readonly InsertStatement<UploadSession> _insertUnlessTaken =
        InsertStatement<UploadSession>.Unless(nameof(UploadSession.Id));

    readonly CatalogWriter _files = new();

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
            var chunk = row.ToChunk(session.Plan);
            session.Received.Add(chunk.Range.Index);
            received.Add(chunk);
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
            .Select(row => new { row.SessionId, row.Offset })
            .ToListAsync(ct);
        var offsets = chunks.ToLookup(chunk => chunk.SessionId, chunk => chunk.Offset);
        sessions.ForEach(session => FillMap(session, offsets[session.Id].Select(session.Plan.IndexOf)));
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

    public async Task<IReadOnlyList<UploadSession>> ListOfClientAsync(string? owner, string key, CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);
        var sessions = owner is null
            ? UploadQueries.OfFormOfAnyone(context, key, IUploadRepository.MaxOfOneKey)
            : UploadQueries.OfForm(context, owner, key, IUploadRepository.MaxOfOneKey);
        return await sessions.ToListAsync(ct);
    }

    public async Task<IReadOnlyList<UploadSession>> ListNearGuestAsync(
        string guest, string address, string key, CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);
        return await UploadQueries.NearGuest(context, guest, address, key, IUploadRepository.MaxOfOneKey).ToListAsync(ct);
    }

    public Task SaveRepeatedAsync(Id<UploadSession> id, ClientState client, CancellationToken ct) =>
        writer.WriteAsync(
            context => context.UploadSessions.Where(row => row.Id == id).ExecuteUpdateAsync(set => set
                .SetProperty(row => row.Client!.Repeated, client.Repeated)
                .SetProperty(row => row.Client!.RepeatedLately, client.RepeatedLately)
                .SetProperty(row => row.Client!.RepeatedAt, client.RepeatedAt)),
            ct);

    public async Task UpdateAsync(UploadSession session, CancellationToken ct)
    {
        UploadSession? saved = null;
        await writer.WriteAsync(context => UpdateAsync(context, saved = session.Copy()), ct); // which may fail
        session.Become(saved!);
    }

    /// <summary>A part of a work. The session is given its next version, whether the work is committed or not.</summary>
    static async Task UpdateAsync(UploaderDbContext context, UploadSession session)
    {
        var (row, expiresAt) = (context.Update(session), session.ExpiresAt);
        row.Property(changed => changed.Part).IsModified = false;
        row.Property(changed => changed.ExpiresAt).IsModified = false;
        row.Property(changed => changed.Version).CurrentValue++;
        try
        {
            await context.SaveChangesAsync(CancellationToken.None);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw await context.UploadSessions.AnyAsync(there => there.Id == session.Id)
                ? new StaleSessionException()
                : UploadException.NotFound();
        }

        await context.UploadSessions.Where(there => there.Id == session.Id).ExecuteUpdateAsync(set => set.SetProperty(
            there => there.ExpiresAt,
            there => there.Client!.ConflictAt == null && there.ExpiresAt > expiresAt ? there.ExpiresAt : expiresAt));
    }

    public Task MarkReceivedAsync(
        Id<UploadSession> id,
        ReceivedChunk chunk,
        DateTimeOffset expiresAt,
        DigestProgress? hashed,
        CancellationToken ct) => chunks.AddAsync(id, chunk, expiresAt, hashed, ct);

    public Task SaveDigestAsync(Id<UploadSession> id, DigestProgress progress, CancellationToken ct) =>
        digests.SaveAsync(id, progress, ct);

    public async Task<DigestProgress?> FindDigestAsync(Id<UploadSession> id, CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);
        if (await context.SavedDigests.AsNoTracking().FirstOrDefaultAsync(row => row.SessionId == id, ct) is not { } md5)
        {
            return null;
        }

        var blocks = await context.SavedBlocks.AsNoTracking().Where(row => row.SessionId == id).ToListAsync(ct);
        return new DigestProgress(md5.ToState(), blocks.ConvertAll(row => (row.Block, row.Digest)));
    }

    public async Task<IReadOnlyList<(UploadSession Session, long Received)>> ListReceivingAsync(
        DateTimeOffset expireAfter, CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);
        var sessions = context.UploadSessions.AsNoTracking()
            .Where(session => session.State == UploadState.Receiving && session.ExpiresAt > expireAfter);
        var received = await sessions
            .Join(context.ReceivedChunks, session => session.Id, row => row.SessionId, (_, row) => row)
            .GroupBy(row => row.SessionId)
            .Select(rows => new { Id = rows.Key, Bytes = rows.Sum(row => row.Length) })
            .ToDictionaryAsync(sum => sum.Id, sum => sum.Bytes, ct);
        return [.. (await sessions.ToListAsync(ct))
            .Select(session => (session, received.GetValueOrDefault(session.Id)))];
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

                if (before.Version != session.Version)
                {
                    throw new StaleSessionException();
                }

                var target = blob is null
                    ? await CatalogWriter.FindNamedAsync(context, file.BlobId)
                    : await _files.AddOrFindAsync(context, blob, session.BlockDigests ?? []);
                if (target is null)
                {
                    return false;
                }

                _files.Add(context, file, target);
                Remove(context, session.Id);
                before.MarkCompleted(file);
                await UpdateAsync(context, before);
                published = file;
                return true;
            },
            ct);
        return published;
    }

    public Task<bool> PublishWholeAsync(UploadSession session, StoredFile file, Blob blob, CancellationToken ct) =>
        writer.TransactAsync(
            async context =>
            {
                _files.Add(
                    context, file, await _files.AddOrFindAsync(context, blob, session.BlockDigests ?? []));
                session.MarkCompleted(file);
                return _insertUnlessTaken.Execute(context, session);
            },
            ct);

    public Task RequireVerificationAsync(Id<UploadSession> id, CancellationToken ct) =>
        writer.WriteAsync(
            context => context.UploadSessions.Where(row => row.Id == id)
                .ExecuteUpdateAsync(set => set
                    .SetProperty(row => row.NeedsVerification, true)
                    .SetProperty(row => row.Version, row => row.Version + 1)),
            ct);

    public async Task MarkVerifiedAsync(
        Id<UploadSession> id,
        IReadOnlyCollection<ChunkRange> lostChunks,
        Id<Blob> blob,
        string? part,
        CancellationToken ct)
    {
        if (lostChunks.Count > 0)
        {
            // First of all: a crash in between must not leave what is verified without some of its chunks.
            await writer.MakeRoomAsync(
                async context => await context.UploadSessions.Where(row => row.Id == id).ExecuteUpdateAsync(set => set
                    .SetProperty(row => row.State, UploadState.Receiving)
                    .SetProperty(row => row.BlockDigests, (byte[]?)null)
                    .SetProperty(row => row.NeedsVerification, true)
                    .SetProperty(row => row.Version, row => row.Version + 1)) > 0,
                ct);
            await RemoveAsync(digests.Remove, id, ct);
        }

        await chunks.RemoveAsync(id, lostChunks, ct);
        await writer.MakeRoomAsync(
            async context => await context.UploadSessions.Where(row => row.Id == id).ExecuteUpdateAsync(set => set
                .SetProperty(row => row.NeedsVerification, false)
                .SetProperty(row => row.BlobId, blob)
                .SetProperty(row => row.Part, part)
                .SetProperty(row => row.Version, row => row.Version + 1)) > 0,
            ct);
    }

    public async Task<bool> DeleteAsync(Id<UploadSession> id, CancellationToken ct)
    {
        var isPublished = false;
        for (var isGone = false; !isGone;)
        {
            await writer.MakeRoomAsync(
                async context =>
                {
                    isGone = Remove(context, id);
                    if (isGone)
                    {
                        isPublished = await context.UploadSessions.AnyAsync(row =>
                            row.Id == id && context.Blobs.Any(blob => blob.Id == row.BlobId));
                        await context.UploadSessions.Where(row => row.Id == id).ExecuteDeleteAsync();
                    }

                    return true;
                },
                ct);
        }

        return isPublished;
    }

    public async Task RemoveLeftChunksAsync(CancellationToken ct)
    {
        foreach (var id in await ListAsync(UploadQueries.CompletedWithRests, ct))
        {
            await RemoveAsync(Remove, id, ct);
        }
    }

    /// <summary>A part of a work: removes a batch of what a receiving session has beside its own row.</summary>
    /// <returns>True if nothing is left.</returns>
    bool Remove(UploaderDbContext context, Id<UploadSession> session) =>
        digests.Remove(context, session) & chunks.Remove(context, session);

    /// <summary>Removes it all, batch by batch; others write in between.</summary>
    async Task RemoveAsync(
        Func<UploaderDbContext, Id<UploadSession>, bool> remove, Id<UploadSession> session, CancellationToken ct)
    {
        for (var isEmpty = false; !isEmpty;)
        {
            await writer.MakeRoomAsync(
                context =>
                {
                    isEmpty = remove(context, session);
                    return Task.FromResult(true);
                },
                ct);
        }
    }
}
