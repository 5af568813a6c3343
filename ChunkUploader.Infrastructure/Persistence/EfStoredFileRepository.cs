using ChunkUploader.Domain;
using ChunkUploader.Domain.Content;
using ChunkUploader.Domain.Files;
using Microsoft.EntityFrameworkCore;

namespace ChunkUploader.Infrastructure.Persistence;

public sealed class EfStoredFileRepository(IDbContextFactory<UploaderDbContext> contexts, DatabaseWriter writer)
    : IStoredFileRepository
{
    const int MaxOfOneMd5 = 100;

    readonly FilePublisher _files = new();

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
        var files = Matching(context.StoredFiles.AsNoTracking(), search?.Trim());
        var total = await files.CountAsync(ct);
        var listed = await files
            .Include(file => file.Blob)
            .OrderByDescending(file => file.UploadedAt)
            .ThenBy(file => file.Id)
            .Skip((int)Math.Min(int.MaxValue, (page - 1L) * pageSize))
            .Take(pageSize)
            .ToListAsync(ct);
        return new FilePage(listed, page, pageSize, total);
    }

    public async Task<Blob?> FindBlobAsync(
        Md5Digest md5, ContentHash contentHash, long size, string? owner, CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);
        return await OfOwner(context, owner).FirstOrDefaultAsync(
            blob => blob.ContentHash == contentHash && blob.Md5 == md5 && blob.Size == size, ct);
    }

    public async Task<bool> HasBlobAsync(long size, Sha256Digest firstBlock, string? owner, CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);
        return await OfOwner(context, owner).AnyAsync(
            blob => blob.Size == size && blob.FirstBlock == firstBlock, ct);
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
                if (await context.Blobs.AsNoTracking().FirstOrDefaultAsync(row => row.Id == file.BlobId) is not { } blob)
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

    public async Task<(bool Found, Id<Blob>? Orphan)> DeleteAsync(Id<StoredFile> id, CancellationToken ct)
    {
        Id<Blob>? orphan = null;
        var found = await writer.TransactAsync(
            async context =>
            {
                if (await context.StoredFiles.FirstOrDefaultAsync(row => row.Id == id) is not { } file)
                {
                    return false;
                }

                await context.StoredFiles.Where(row => row.Id == id).ExecuteDeleteAsync();
                if (!await context.StoredFiles.AnyAsync(row => row.BlobId == file.BlobId))
                {
                    await context.BlobBlocks.Where(row => row.BlobId == file.BlobId).ExecuteDeleteAsync();
                    await context.Blobs.Where(row => row.Id == file.BlobId).ExecuteDeleteAsync();
                    orphan = file.BlobId;
                }

                return true;
            },
            ct);
        return (found, orphan);
    }

    public async Task<(IReadOnlySet<Id<Blob>> Published, IReadOnlySet<Id<Blob>> Arriving)> ListBlobIdsAsync(
        CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);
        // In the order that blobs go: one that is published in between is seen twice rather than not at all.
        var arriving = await context.UploadSessions.Select(session => session.BlobId).ToHashSetAsync(ct);
        arriving.UnionWith(await context.UploadSessions
            .Where(session => session.Form!.ParkedBlob != null)
            .Select(session => session.Form!.ParkedBlob!.Value)
            .ToListAsync(ct));
        var published = await context.Blobs.Select(blob => blob.Id).ToHashSetAsync(ct);
        return (published, arriving);
    }

    static IQueryable<StoredFile> Matching(IQueryable<StoredFile> files, string? search)
    {
        if (string.IsNullOrEmpty(search))
        {
            return files;
        }

        var pattern = $"%{search.Replace("\\", "\\\\").Replace("%", "\\%").Replace("_", "\\_")}%";
        return Md5Digest.TryParse(search, out var md5)
            ? files.Where(file => file.Blob!.Md5 == md5 || EF.Functions.Like(file.Name, pattern, "\\"))
            : files.Where(file => EF.Functions.Like(file.Name, pattern, "\\"));
    }

    static IQueryable<Blob> OfOwner(UploaderDbContext context, string? owner) =>
        owner is null
            ? context.Blobs.AsNoTracking()
            : context.Blobs.AsNoTracking().Where(blob =>
                context.StoredFiles.Any(file => file.BlobId == blob.Id && file.Owner == owner));
}
