namespace ChunkUploader.Domain.Access;

/// <summary>What is kept of the admin password, only its hash, and of who is signed in.</summary>
public interface IAdminCredentialStore
{
    /// <returns>The hash; null before the first start.</returns>
    Task<string?> FindHashAsync(CancellationToken ct);

    /// <returns>What everybody who is signed in has signed in under; null before the first start.</returns>
    Task<string?> FindStampAsync(CancellationToken ct);

    /// <summary>Signs everybody out.</summary>
    Task SaveStampAsync(string stamp, CancellationToken ct);

    /// <summary>Replaces the password, and signs everybody out.</summary>
    Task SaveAsync(string hash, string stamp, CancellationToken ct);
}
