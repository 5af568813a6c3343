using System.Runtime.CompilerServices;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Infrastructure.Persistence.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace ChunkUploader.Infrastructure.Persistence;

public sealed partial class EfStoredFileRepository(
    IDbContextFactory<UploaderDbContext> contexts, DatabaseWriter writer, ILogger<EfStoredFileRepository> logger)
    : IStoredFileRepository
{
    const int MaxOfOneMd5 = 100;
    const int MaxIdsOfOneQuery = 500;

    /// <summary>Asked for each file that is published; its SQL is made once.</summary>
    static readonly Func<UploaderDbContext, ContentHash, long, Task<Blob?>> FindOfContentAsync =
        EF.CompileAsyncQuery((UploaderDbContext context, ContentHash contentHash, long size) => context.Blobs
            .AsNoTracking()
            .FirstOrDefault(blob => blob.ContentHash == contentHash && blob.Size == size));

    readonly CatalogWriter _files = new();
    readonly InsertStatement<DeletedBlobRow> _deleted = new();

    public async Task<StoredFile?> FindAsync(Id<StoredFile> id, CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);
        return await context.StoredFiles.AsNoTracking()
            .Include(file => file.Blob)
            .FirstOrDefaultAsync(file => file.Id == id, ct);
    }

    public async Task<FilePage> ListAsync(string? search, int page, int pageSize, CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);
        return await PageAsync(
            Matching(context.StoredFiles, search), files => files.OrderByDescending(file => file.UploadedAt), page,
            pageSize, ct);
    }

    public async Task<FilePage> ListTrashedAsync(string? search, int page, int pageSize, CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);
        return await PageAsync(
            Matching(Trashed(context), search), files => files.OrderByDescending(file => file.TrashedAt), page,
            pageSize, ct);
    }

    public async Task<StoredFile?> FindTrashedAsync(Id<StoredFile> id, CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);
        return await Trashed(context).AsNoTracking()
            .Include(file => file.Blob)
            .FirstOrDefaultAsync(file => file.Id == id, ct);
    }

    public async Task<Blob?> FindBlobAsync(
        Md5Digest md5, ContentHash contentHash, long size, string? owner, CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);
        return await OfOwner(context, owner).FirstOrDefaultAsync(
            blob => blob.ContentHash == contentHash && blob.Md5 == md5 && blob.Size == size, ct);
    }

    public async Task<Blob?> FindBlobAsync(
        long size, Sha256Digest firstBlock, string? owner, CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);
        return await OfOwner(context, owner).FirstOrDefaultAsync(
            blob => blob.Size == size && blob.FirstBlock == firstBlock && blob.DamagedAt == null, ct);
    }

    public async Task<bool> HasAnotherAsync(StoredFile file, CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);
        return await context.StoredFiles.AnyAsync(
            other => other.BlobId == file.BlobId && other.Owner == file.Owner && other.Id != file.Id, ct);
    }

    public async Task<Blob?> FindBlobAsync(ContentHash contentHash, long size, CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);
        return await FindOfContentAsync(context, contentHash, size);
    }

    public async Task MarkDamagedAsync(Blob blob, DateTimeOffset at, CancellationToken ct)
    {
        var isNews = await writer.TransactAsync(
            async context => await context.Blobs
                .Where(row => row.Id == blob.Id && row.DamagedAt == null && row.VerifiedAt == blob.VerifiedAt)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.DamagedAt, at)) > 0,
            ct);
        if (isNews)
        {
            LogDamaged(blob.Id, blob.Size);
        }
    }

    public async Task<IReadOnlyList<Blob>> ListDamagedAsync(CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);
        return await context.Blobs.AsNoTracking().Where(blob => blob.DamagedAt != null).ToListAsync(ct);
    }

    public async Task<bool> MarkVerifiedAsync(Id<Blob> blob, DateTimeOffset at, CancellationToken ct)
    {
        var wasDamaged = false;
        var isThere = await writer.TransactAsync(
            async context =>
            {
                var rows = context.Blobs.Where(row => row.Id == blob);
                wasDamaged = await rows.AnyAsync(row => row.DamagedAt != null);
                return await rows.ExecuteUpdateAsync(set => set
                    .SetProperty(row => row.VerifiedAt, at)
                    .SetProperty(row => row.DamagedAt, (DateTimeOffset?)null)) > 0;
            },
            ct);
        if (wasDamaged && isThere)
        {
            LogRepaired(blob);
        }

        return isThere;
    }

    public async Task<IReadOnlyList<StoredFile>> ListByMd5Async(Md5Digest md5, string? owner, CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);
        return await context.StoredFiles.AsNoTracking()
            .Include(file => file.Blob)
            .Where(file => file.Blob!.Md5 == md5 && (owner == null || file.Owner == owner))
            .OrderByDescending(file => file.UploadedAt)
            .Take(MaxOfOneMd5)
            .ToListAsync(ct);
    }

    public Task<bool> AddAsync(StoredFile file, CancellationToken ct) =>
        writer.TransactAsync(
            async context =>
            {
                if (await CatalogWriter.FindNamedAsync(context, file.BlobId) is not { } blob)
                {
                    return false;
                }

                _files.Add(context, file, blob);
                return true;
            },
            ct);

    public Task CountDownloadAsync(Id<StoredFile> id, CancellationToken ct) =>
        writer.WriteAsync(
            context => context.StoredFiles
                .Where(file => file.Id == id)
                .ExecuteUpdateAsync(set => set.SetProperty(file => file.Downloads, file => file.Downloads + 1)),
            ct);

    public Task<bool> TrashAsync(Id<StoredFile> id, DateTimeOffset now, CancellationToken ct) =>
        SetTrashedAsync(context => context.StoredFiles.Where(file => file.Id == id), now, ct);

    public Task<bool> RestoreAsync(Id<StoredFile> id, CancellationToken ct) =>
        SetTrashedAsync(context => Trashed(context).Where(file => file.Id == id), null, ct);

    public async Task<(bool Found, Id<Blob>? Orphan)> DeleteTrashedAsync(Id<StoredFile> id, CancellationToken ct)
    {
        var (count, orphans) = await DeleteAsync(context => Trashed(context).Where(file => file.Id == id), ct);
        return (count > 0, orphans.Count > 0 ? orphans[0] : null);
    }

    public Task<(int Count, IReadOnlyList<Id<Blob>> Orphans)> DeleteTrashedAsync(
        DateTimeOffset before, int limit, CancellationToken ct) =>
        DeleteAsync(
            context => Trashed(context).Where(file => file.TrashedAt < before).OrderBy(file => file.TrashedAt).Take(limit),
            ct);

    public Task<bool> AdoptAsync(StoredFile file, Blob blob, byte[] blocks, CancellationToken ct) =>
        writer.TransactAsync(
            async context =>
            {
                if ((await _files.AddOrFindAsync(context, blob, blocks)).Id != blob.Id)
                {
                    return false;
                }

                _files.Add(context, file, blob);
                return true;
            },
            ct);

    public async Task<IReadOnlyList<Id<Blob>>> ListDeletedBlobsAsync(CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);
        return await context.DeletedBlobs.Select(deleted => deleted.BlobId).ToListAsync(ct);
    }

    public Task ForgetDeletedBlobsAsync(IReadOnlyCollection<Id<Blob>> blobs, CancellationToken ct) =>
        writer.MakeRoomAsync(
            async context =>
            {
                foreach (var batch in blobs.Chunk(MaxIdsOfOneQuery))
                {
                    await context.DeletedBlobs.Where(deleted => batch.Contains(deleted.BlobId)).ExecuteDeleteAsync();
                }

                return true;
            },
            ct);

    public async IAsyncEnumerable<(Id<Blob> Blob, long Size)> ListBlobSizesAsync(
        [EnumeratorCancellation] CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);
        var blobs = context.Blobs.Select(blob => new { blob.Id, blob.Size });
        await foreach (var blob in blobs.AsAsyncEnumerable().WithCancellation(ct))
        {
            yield return (blob.Id, blob.Size);
        }
    }

    public async Task<IReadOnlySet<Id<Blob>>> FindKnownBlobsAsync(
        IReadOnlyCollection<Id<Blob>> blobs, CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);

        // In the order that blobs go: one that is published or deleted in between is seen twice rather than not at all.
        var known = await context.UploadSessions
            .Where(session => session.State == UploadState.Completing && blobs.Contains(session.BlobId))
            .Select(session => session.BlobId)
            .ToHashSetAsync(ct);
        known.UnionWith(await context.Blobs
            .Where(blob => blobs.Contains(blob.Id)).Select(blob => blob.Id).ToListAsync(ct));
        known.UnionWith(await context.DeletedBlobs
            .Where(deleted => blobs.Contains(deleted.BlobId)).Select(deleted => deleted.BlobId).ToListAsync(ct));
        return known;
    }

    public async Task<IReadOnlySet<Id<Blob>>> FindKnownPartsAsync(
        IReadOnlyCollection<Id<Blob>> parts, CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);
        var known = await context.UploadSessions
            .Where(session => session.State != UploadState.Completed && parts.Contains(session.BlobId))
            .Select(session => session.BlobId)
            .ToHashSetAsync(ct);
        known.UnionWith(await context.UploadSessions
            .Where(session => session.Client!.StagedBlob != null && parts.Contains(session.Client!.StagedBlob!.Value))
            .Select(session => session.Client!.StagedBlob!.Value)
            .ToListAsync(ct));
        return known;
    }

    Task<bool> SetTrashedAsync(
        Func<UploaderDbContext, IQueryable<StoredFile>> files, DateTimeOffset? at, CancellationToken ct) =>
        writer.MakeRoomAsync(
            async context =>
                await files(context).ExecuteUpdateAsync(set => set.SetProperty(file => file.TrashedAt, at)) > 0,
            ct);

    async Task<(int Count, IReadOnlyList<Id<Blob>> Orphans)> DeleteAsync(
        Func<UploaderDbContext, IQueryable<StoredFile>> select, CancellationToken ct)
    {
        List<Id<Blob>> orphans = [];
        var count = 0;
        await writer.MakeRoomAsync(
            async context =>
            {
                var found = await select(context).Select(file => new { file.Id, file.BlobId }).ToListAsync();
                foreach (var (file, blob) in found.Select(file => (file.Id, file.BlobId)))
                {
                    // Trashed names are names too: their blob stays.
                    var names = context.StoredFiles.IgnoreQueryFilters();
                    await names.Where(row => row.Id == file).ExecuteDeleteAsync();
                    if (!await names.AnyAsync(row => row.BlobId == blob))
                    {
                        await context.BlobBlocks.Where(row => row.BlobId == blob).ExecuteDeleteAsync();
                        await context.Blobs.Where(row => row.Id == blob).ExecuteDeleteAsync();
                        _deleted.Execute(context, new DeletedBlobRow { BlobId = blob });
                        orphans.Add(blob);
                    }
                }

                count = found.Count;
                return count > 0;
            },
            ct);
        return (count, orphans);
    }

    static async Task<FilePage> PageAsync(
        IQueryable<StoredFile> files,
        Func<IQueryable<StoredFile>, IOrderedQueryable<StoredFile>> order,
        int page,
        int pageSize,
        CancellationToken ct)
    {
        var total = await files.CountAsync(ct);

        // Where the last file of the last page was deleted, the one before it is the last.
        page = Math.Clamp(page, 1, Math.Max(1, (total + pageSize - 1) / pageSize));
        var listed = await order(files.AsNoTracking().Include(file => file.Blob))
            .ThenBy(file => file.Id)
            .Skip((page - 1) * pageSize)
            .Take(pageSize)
            .ToListAsync(ct);
        return new FilePage(listed, page, pageSize, total);
    }

    public async Task<Sha256Digest[]> FindBlocksAsync(Id<Blob> blob, CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);
        return await context.BlobBlocks.AsNoTracking().FirstOrDefaultAsync(row => row.BlobId == blob, ct) is { } blocks
            ? Sha256Digest.Split(blocks.Digests)
            : [];
    }

    static IQueryable<StoredFile> Trashed(UploaderDbContext context) =>
        context.StoredFiles.IgnoreQueryFilters().Where(file => file.TrashedAt != null);

    static IQueryable<StoredFile> Matching(IQueryable<StoredFile> files, string? search)
    {
        search = search?.Trim();
        if (string.IsNullOrEmpty(search))
        {
            return files;
        }

        var pattern = $"%{search.Replace("\\", "\\\\").Replace("%", "\\%").Replace("_", "\\_")}%";
        var isMd5 = Md5Digest.TryParse(search, out var md5);
        return files.Where(file => (isMd5 && file.Blob!.Md5 == md5)
            || EF.Functions.Like(file.Name, pattern, "\\")
            || EF.Functions.Like(file.RelativePath!, pattern, "\\"));
    }

    static IQueryable<Blob> OfOwner(UploaderDbContext context, string? owner) =>
        context.Blobs.AsNoTracking().Where(blob => context.StoredFiles.Any(file =>
            file.BlobId == blob.Id && (owner == null || file.Owner == owner)));

    [LoggerMessage(
        Level = LogLevel.Critical,
        Message = "Blob {Blob} is damaged: its {Size} bytes are gone or cut short. Its files are not served until the "
            + "same content is uploaded again.")]
    partial void LogDamaged(Id<Blob> blob, long size);

    [LoggerMessage(Level = LogLevel.Information, Message = "Blob {Blob} was damaged and is verified again.")]
    partial void LogRepaired(Id<Blob> blob);
}
