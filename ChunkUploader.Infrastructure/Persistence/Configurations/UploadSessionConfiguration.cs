using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Sessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ChunkUploader.Infrastructure.Persistence.Configurations;

sealed class UploadSessionConfiguration : IEntityTypeConfiguration<UploadSession>
{
    const int ClientKeyLength = 64;

    public void Configure(EntityTypeBuilder<UploadSession> builder)
    {
        builder.ToTable("UploadSessions");
        builder.HasKey(session => session.Id);
        builder.Property(session => session.Id).ValueGeneratedNever();
        builder.Property(session => session.Owner).HasMaxLength(100);
        builder.Property(session => session.FileName).HasMaxLength(FileName.MaxLength);
        builder.Property(session => session.RelativePath).HasMaxLength(FileName.MaxPathLength);
        builder.Property(session => session.Part).HasMaxLength(100);
        builder.Property(session => session.Version).IsConcurrencyToken();
        builder.Ignore(session => session.Received);
        builder.ComplexProperty(session => session.Plan, plan =>
        {
            plan.Property(p => p.Size).HasColumnName("Size");
            plan.Property(p => p.ChunkSize).HasColumnName("ChunkSize");
            plan.Property(p => p.Count).HasColumnName("ChunkCount");
            plan.Property(p => p.Tail).HasColumnName("Tail");
        });
        builder.ComplexProperty(session => session.Challenge);
        builder.ComplexProperty(session => session.Client, form =>
            form.Property(f => f.Key).HasMaxLength(ClientKeyLength).HasColumnName("ClientKey"));

        // What an owner has under way, and the file that comes again.
        builder.HasIndex(session => new { session.Owner, session.State, session.FileName });
        builder.HasIndex(session => session.ExpiresAt);
        builder.HasIndex(session => session.BlobId);
        builder.HasIndex(session => session.State);
    }
}
