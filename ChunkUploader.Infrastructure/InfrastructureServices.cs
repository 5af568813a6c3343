using ChunkUploader.Domain.Content;
using ChunkUploader.Domain.Files;
using ChunkUploader.Domain.Uploads;
using ChunkUploader.Infrastructure.Background;
using ChunkUploader.Infrastructure.Persistence;
using ChunkUploader.Infrastructure.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ChunkUploader.Infrastructure;

/// <summary>What is behind the domain's ports, and the services that run by themselves.</summary>
public static class InfrastructureServices
{
    public static IServiceCollection AddInfrastructure(this IServiceCollection services, StorageOptions options)
    {
        var paths = new BlobPaths(options.Root);
        var connection = new SqliteConnectionStringBuilder { DataSource = paths.Database, ForeignKeys = true };
        services.AddPooledDbContextFactory<UploaderDbContext>(context => context
            .UseSqlite(connection.ConnectionString)
            .AddInterceptors(new SqliteSettings(), new FullDiskReads()));
        services.AddSingleton(paths);
        services.AddSingleton<DiskReserve>();
        services.AddSingleton<UploaderDatabase>();
        services.AddSingleton<DatabaseWriter>();
        services.AddSingleton<ReceivedChunkWriter>();
        services.AddSingleton<SavedDigestWriter>();
        services.AddSingleton<AdminCredentialStore>();
        services.AddSingleton<IUploadRepository, EfUploadRepository>();
        services.AddSingleton<IStoredFileRepository, EfStoredFileRepository>();
        services.AddSingleton<IBlobStore>(new FileSystemBlobStore(paths, options.FreeSpaceReserve));
        services.AddSingleton<IDigestFollower, DigestFollower>();
        services.AddHostedService<Recovery>();
        services.AddHostedService<HourlySweep>();
        services.AddHostedService<IdleRelease>();
        return services;
    }
}
