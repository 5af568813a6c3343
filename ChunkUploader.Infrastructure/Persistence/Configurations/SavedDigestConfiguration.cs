using ChunkUploader.Domain.Sessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ChunkUploader.Infrastructure.Persistence.Configurations;

sealed class SavedDigestConfiguration
    : IEntityTypeConfiguration<SavedDigestRow>, IEntityTypeConfiguration<SavedBlockRow>
{
    public void Configure(EntityTypeBuilder<SavedDigestRow> builder)
    {
        builder.ToTable("SavedDigests");
        builder.HasKey(digest => digest.SessionId);
        builder.HasOne<UploadSession>().WithOne().HasForeignKey<SavedDigestRow>(digest => digest.SessionId)
            .OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<SavedBlockRow> builder)
    {
        builder.ToTable("SavedBlocks");
        builder.HasKey(block => new { block.SessionId, block.Block });
        builder.HasOne<UploadSession>().WithMany().HasForeignKey(block => block.SessionId)
            .OnDelete(DeleteBehavior.Cascade);
    }
}
