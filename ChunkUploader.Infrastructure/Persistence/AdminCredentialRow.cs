namespace ChunkUploader.Infrastructure.Persistence;

/// <summary>What is kept of the admin password: only its hash.</summary>
public sealed class AdminCredentialRow
{
    public const int OnlyId = 1;

    public int Id { get; init; } = OnlyId;

    public required string PasswordHash { get; set; }
}
