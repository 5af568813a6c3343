using ChunkUploader.Domain.Access;
using ChunkUploader.Infrastructure.Persistence.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace ChunkUploader.Infrastructure.Persistence;

public sealed class EfAdminCredentialStore(IDbContextFactory<UploaderDbContext> contexts, DatabaseWriter writer)
    : IAdminCredentialStore
{
    public async Task<string?> FindHashAsync(CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);
        return (await context.AdminCredentials.AsNoTracking().SingleOrDefaultAsync(ct))?.PasswordHash;
    }

    public async Task<string?> FindStampAsync(CancellationToken ct)
    {
        await using var context = await contexts.CreateDbContextAsync(ct);
        return (await context.AdminCredentials.AsNoTracking().SingleOrDefaultAsync(ct))?.Stamp;
    }

    public Task SaveStampAsync(string stamp, CancellationToken ct) =>
        writer.TransactAsync(
            async context => await context.AdminCredentials.ExecuteUpdateAsync(
                set => set.SetProperty(credential => credential.Stamp, stamp), CancellationToken.None) > 0,
            ct);

    public Task SaveAsync(string hash, string stamp, CancellationToken ct) =>
        writer.TransactAsync(
            async context =>
            {
                await context.AdminCredentials.ExecuteDeleteAsync(CancellationToken.None);
                context.Add(new AdminCredentialRow { PasswordHash = hash, Stamp = stamp });
                await context.SaveChangesAsync(CancellationToken.None);
                return true;
            },
            ct);
}
