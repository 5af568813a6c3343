using ChunkUploader.Domain.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ChunkUploader.Infrastructure.Persistence.Configurations;

sealed class StoredFileConfiguration : IEntityTypeConfiguration<StoredFile>
{
    public void Configure(EntityTypeBuilder<StoredFile> builder)
    {
        builder.ToTable("StoredFiles");
        builder.HasKey(file => file.Id);
        builder.Property(file => file.Id).ValueGeneratedNever();
        builder.Property(file => file.Owner).HasMaxLength(100);
        builder.Property(file => file.Name).HasMaxLength(FileName.MaxLength);
        builder.Property(file => file.RelativePath).HasMaxLength(FileName.MaxPathLength);

        // A blob goes when its last file goes, in the same transaction, never before.
        builder.HasOne(file => file.Blob).WithMany().HasForeignKey(file => file.BlobId)
            .OnDelete(DeleteBehavior.Restrict);
        // Every query that does not say otherwise: nobody is to reach what is in the trash by forgetting it.
        builder.HasQueryFilter(file => file.TrashedAt == null);

        // Each holds only the files that it lists, so that SQLite takes neither for any other query. The second column is
        // there for counting: without it SQLite looks at every row to see that its condition holds.
        builder.HasIndex(file => new { file.UploadedAt, file.TrashedAt }).HasFilter("TrashedAt IS NULL");
        builder.HasIndex(file => file.TrashedAt).HasFilter("TrashedAt IS NOT NULL");
        builder.HasIndex(file => new { file.BlobId, file.Owner });
    }
}
