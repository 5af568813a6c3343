using ChunkUploader.Domain.Access;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Infrastructure.Background;
using ChunkUploader.Infrastructure.Persistence;
using ChunkUploader.Infrastructure.Persistence.Sqlite;
using ChunkUploader.Infrastructure.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ChunkUploader.Infrastructure;

/// <summary>What is behind the domain's ports, and the services that run by themselves.</summary>
public static class InfrastructureServices
{
    /// <summary>Needs <see cref="StorageOptions"/>, too.</summary>
    public static IServiceCollection AddInfrastructure(this IServiceCollection services)
    {
        services.AddSingleton(provider => new BlobPaths(provider.GetRequiredService<StorageOptions>().Root));
        services.AddPooledDbContextFactory<UploaderDbContext>((provider, context) => context
            .UseSqlite(ConnectionTo(provider.GetRequiredService<BlobPaths>().Database))
            .AddInterceptors(new SqliteSettings(), new FullDiskReads()));
        services.AddSingleton<DiskReserve>();
        services.AddSingleton<UploaderDatabase>();
        services.AddSingleton<DatabaseWriter>();
        services.AddSingleton<ReceivedChunkWriter>();
        services.AddSingleton<SavedDigestWriter>();
        services.AddSingleton<IAdminCredentialStore, EfAdminCredentialStore>();
        services.AddSingleton<IUploadRepository, EfUploadRepository>();
        services.AddSingleton<IStoredFileRepository, EfStoredFileRepository>();
        services.AddSingleton(provider => new FileSystemStore(
            provider.GetRequiredService<BlobPaths>(), provider.GetRequiredService<StorageOptions>().FreeSpaceReserve));
        services.AddSingleton<IPartStore>(provider => provider.GetRequiredService<FileSystemStore>());
        services.AddSingleton<IBlobStore>(provider => provider.GetRequiredService<FileSystemStore>());
        services.AddSingleton<IStagingStore, FileStagingStore>();
        services.AddSingleton<ISecretStore, FileSecretStore>();
        services.AddSingleton<IBackgroundHasher, BackgroundHasher>();
        services.AddHostedService<Recovery>();
        services.AddHostedService<HourlySweep>();
        services.AddHostedService<IdleRelease>();
        return services;
    }

    static string ConnectionTo(string database) =>
        new SqliteConnectionStringBuilder { DataSource = database, ForeignKeys = true }.ConnectionString;
}
