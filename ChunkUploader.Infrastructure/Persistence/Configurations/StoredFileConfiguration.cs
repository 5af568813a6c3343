using ChunkUploader.Domain.Files;
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
        builder.HasIndex(file => file.UploadedAt);
        builder.HasIndex(file => new { file.BlobId, file.Owner });
    }
}
