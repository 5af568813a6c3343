using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Infrastructure.Persistence.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace ChunkUploader.Infrastructure.Persistence;

/// <summary>The rows of a file that is being published, as parts of a work.</summary>
sealed class CatalogWriter
{
    readonly InsertStatement<Blob> _blob = InsertStatement<Blob>.Unless(nameof(Blob.ContentHash));
    readonly InsertStatement<BlobBlocksRow> _blocks = new();
    readonly InsertStatement<StoredFile> _file = new();

    /// <summary>Deduplicates: content that is stored already is not stored twice, whoever uploads it.</summary>
    /// <param name="blocks">The digests of the blob's blocks, concatenated.</param>
    /// <returns>The blob itself if its content is new, else the one that has it already.</returns>
    public async Task<Blob> AddOrFindAsync(UploaderDbContext context, Blob blob, byte[] blocks)
    {
        if (_blob.Execute(context, blob))
        {
            _blocks.Execute(context, new BlobBlocksRow { BlobId = blob.Id, Digests = blocks });
            return blob;
        }

        return await context.Blobs.AsNoTracking().FirstAsync(
            row => row.ContentHash == blob.ContentHash && row.Size == blob.Size);
    }

    /// <summary>A blob that is not damaged and has a name in the catalogue, so that it may be given another one; null
    /// otherwise.</summary>
    public static Task<Blob?> FindNamedAsync(UploaderDbContext context, Id<Blob> blob) =>
        context.Blobs.AsNoTracking().FirstOrDefaultAsync(
            row => row.Id == blob && row.DamagedAt == null && context.StoredFiles.Any(file => file.BlobId == blob));

    public void Add(UploaderDbContext context, StoredFile file, Blob target)
    {
        (file.BlobId, file.Blob) = (target.Id, target);
        _file.Execute(context, file);
    }
}
