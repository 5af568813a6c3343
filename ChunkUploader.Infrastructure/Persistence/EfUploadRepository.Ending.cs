using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;
using Microsoft.EntityFrameworkCore;

namespace ChunkUploader.Infrastructure.Persistence;

/// <summary>How sessions end, and what is removed with them.</summary>
public sealed partial class EfUploadRepository
{
    readonly CatalogWriter _files = new();

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
                    ? await CatalogWriter.FindNamedAsync(context, file.BlobId)
                    : await _files.AddOrFindAsync(context, blob, session.BlockDigests ?? []);
                if (target is null)
                {
                    return false;
                }

                _files.Add(context, file, target);
                Remove(context, session.Id);
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
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.NeedsVerification, true)),
            ct);

    public async Task MarkVerifiedAsync(
        Id<UploadSession> id,
        IReadOnlyCollection<int> lostChunks,
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
                    .SetProperty(row => row.NeedsVerification, true)) > 0,
                ct);
            await RemoveAsync(digests.Remove, id, ct);
        }

        await chunks.RemoveAsync(id, lostChunks, ct);
        await writer.MakeRoomAsync(
            async context => await context.UploadSessions.Where(row => row.Id == id).ExecuteUpdateAsync(set => set
                .SetProperty(row => row.NeedsVerification, false)
                .SetProperty(row => row.BlobId, blob)
                .SetProperty(row => row.Part, part)) > 0,
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

    /// <summary>A part of a work: removes a portion of what a receiving session has beside its own row.</summary>
    /// <returns>True if nothing is left.</returns>
    bool Remove(UploaderDbContext context, Id<UploadSession> session) =>
        digests.Remove(context, session) & chunks.Remove(context, session);

    /// <summary>Removes it all, portion by portion; others write in between.</summary>
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
