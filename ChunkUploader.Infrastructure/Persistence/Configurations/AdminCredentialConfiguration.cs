using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ChunkUploader.Infrastructure.Persistence.Configurations;

sealed class AdminCredentialConfiguration : IEntityTypeConfiguration<AdminCredentialRow>
{
    public void Configure(EntityTypeBuilder<AdminCredentialRow> builder)
    {
        builder.ToTable("AdminCredentials");
        builder.HasKey(credential => credential.Id);
        builder.Property(credential => credential.Id).ValueGeneratedNever();
    }
}
