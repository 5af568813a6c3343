using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ChunkUploader.Infrastructure.Persistence.Configurations;

sealed class DeletedBlobConfiguration : IEntityTypeConfiguration<DeletedBlobRow>
{
    public void Configure(EntityTypeBuilder<DeletedBlobRow> builder)
    {
        builder.ToTable("DeletedBlobs");
        builder.HasKey(deleted => deleted.BlobId);
        builder.Property(deleted => deleted.BlobId).ValueGeneratedNever();
    }
}
