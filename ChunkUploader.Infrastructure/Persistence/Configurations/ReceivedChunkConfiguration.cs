using ChunkUploader.Domain.Sessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ChunkUploader.Infrastructure.Persistence.Configurations;

sealed class ReceivedChunkConfiguration : IEntityTypeConfiguration<ReceivedChunkRow>
{
    public void Configure(EntityTypeBuilder<ReceivedChunkRow> builder)
    {
        builder.ToTable("ReceivedChunks");
        builder.HasKey(chunk => new { chunk.SessionId, chunk.Offset });
        builder.HasOne<UploadSession>().WithMany().HasForeignKey(chunk => chunk.SessionId)
            .OnDelete(DeleteBehavior.Cascade);
    }
}
