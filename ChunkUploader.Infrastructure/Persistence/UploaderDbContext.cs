using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Infrastructure.Persistence.Configurations;
using Microsoft.EntityFrameworkCore;

namespace ChunkUploader.Infrastructure.Persistence;

/// <summary>
/// The database. Ids and digests are stored as bytes, times as Unix milliseconds, which SQLite can order.
/// </summary>
public sealed class UploaderDbContext(DbContextOptions<UploaderDbContext> options) : DbContext(options)
{
    public DbSet<UploadSession> UploadSessions => Set<UploadSession>();

    public DbSet<ReceivedChunkRow> ReceivedChunks => Set<ReceivedChunkRow>();

    public DbSet<SavedDigestRow> SavedDigests => Set<SavedDigestRow>();

    public DbSet<SavedBlockRow> SavedBlocks => Set<SavedBlockRow>();

    public DbSet<Blob> Blobs => Set<Blob>();

    public DbSet<BlobBlocksRow> BlobBlocks => Set<BlobBlocksRow>();

    public DbSet<StoredFile> StoredFiles => Set<StoredFile>();

    public DbSet<AdminCredentialRow> AdminCredentials => Set<AdminCredentialRow>();

    public DbSet<DeletedBlobRow> DeletedBlobs => Set<DeletedBlobRow>();

    public DbSet<InstallationRow> Installation => Set<InstallationRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(UploaderDbContext).Assembly);

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<Id<UploadSession>>().HaveConversion<IdConverter<UploadSession>>();
        configurationBuilder.Properties<Id<Blob>>().HaveConversion<IdConverter<Blob>>();
        configurationBuilder.Properties<Id<StoredFile>>().HaveConversion<IdConverter<StoredFile>>();
        configurationBuilder.Properties<Sha256Digest>().HaveConversion<Sha256Converter>();
        configurationBuilder.Properties<Md5Digest>().HaveConversion<Md5Converter>();
        configurationBuilder.Properties<ContentHash>().HaveConversion<ContentHashConverter>();
        configurationBuilder.Properties<IndexSet>().HaveConversion<IndexSetConverter>();
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMillisecondsConverter>();
    }
}
