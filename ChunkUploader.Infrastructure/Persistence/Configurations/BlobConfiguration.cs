using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Hashing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ChunkUploader.Infrastructure.Persistence.Configurations;

sealed class BlobConfiguration : IEntityTypeConfiguration<Blob>
{
    public void Configure(EntityTypeBuilder<Blob> builder)
    {
        builder.ToTable("Blobs");
        builder.HasKey(blob => blob.Id);
        builder.Property(blob => blob.Id).ValueGeneratedNever();
        builder.HasIndex(blob => blob.ContentHash).IsUnique();
        builder.HasIndex(blob => blob.Md5);
        builder.HasIndex(blob => new { blob.Size, blob.FirstBlock });
    }
}
