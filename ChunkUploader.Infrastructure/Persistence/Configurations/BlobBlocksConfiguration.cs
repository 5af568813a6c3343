using ChunkUploader.Domain.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ChunkUploader.Infrastructure.Persistence.Configurations;

sealed class BlobBlocksConfiguration : IEntityTypeConfiguration<BlobBlocksRow>
{
    public void Configure(EntityTypeBuilder<BlobBlocksRow> builder)
    {
        builder.ToTable("BlobBlocks");
        builder.HasKey(blocks => blocks.BlobId);
        builder.HasOne<Blob>().WithOne().HasForeignKey<BlobBlocksRow>(blocks => blocks.BlobId)
            .OnDelete(DeleteBehavior.Cascade);
    }
}
