using Microsoft.EntityFrameworkCore;

namespace ChunkUploader.Infrastructure.Persistence;

/// <summary>Keeps the hash of the admin password.</summary>
public sealed class AdminCredentialStore(IDbContextFactory<UploaderDbContext> contexts, DatabaseWriter writer)
{
    /// <returns>The hash; null before the first start.</returns>
    public async Task<string?> FindHashAsync(CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);
        return (await context.AdminCredentials.AsNoTracking().SingleOrDefaultAsync(ct))?.PasswordHash;
    }

    public Task SaveHashAsync(string hash, CancellationToken ct) =>
        writer.TransactAsync(
            async context =>
            {
                await context.AdminCredentials.ExecuteDeleteAsync(CancellationToken.None);
                context.Add(new AdminCredentialRow { PasswordHash = hash });
                await context.SaveChangesAsync(CancellationToken.None);
                return true;
            },
            ct);
}
