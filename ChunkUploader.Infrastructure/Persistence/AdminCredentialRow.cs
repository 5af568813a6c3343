namespace ChunkUploader.Infrastructure.Persistence;

/// <summary>What is kept of the admin password, only its hash, and of who is signed in.</summary>
public sealed class AdminCredentialRow
{
    public const int OnlyId = 1;

    public int Id { get; init; } = OnlyId;

    public required string PasswordHash { get; set; }

    /// <summary>Whoever signed in under another one is signed out.</summary>
    public required string Stamp { get; set; }
}
