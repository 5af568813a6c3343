using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Infrastructure;
using ChunkUploader.Infrastructure.Background;
using ChunkUploader.Infrastructure.Persistence;
using ChunkUploader.Infrastructure.Persistence.Sqlite;
using ChunkUploader.Infrastructure.Storage;
using ChunkUploader.Web.Configuration;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ChunkUploader.Tests.Support.Core;

/// <summary>The server without its web: the domain's services on a real database and a real folder.</summary>
sealed class CoreHost : IAsyncDisposable
{
    readonly ServiceProvider _services;
    readonly string? _database;

    /// <param name="folder">The data folder; a second host on it is a restart.</param>
    public CoreHost(
        TempFolder folder,
        ManualTime? time = null,
        UploadPolicy? policy = null,
        long reserve = 0,
        Action<IServiceCollection>? configure = null,
        RecoverMode? recover = null)
    {
        Time = time ?? new ManualTime();
        MigratedDatabase.PutInto(folder.Path);
        _services = Build(folder.Path, Time, policy ?? new UploadPolicy(), reserve, configure);
        using (var context = Context())
        {
            _database = context.Database.GetConnectionString();
        }

        Get<UploaderDatabase>().Open(recover);
    }

    public ManualTime Time { get; }

    public UploadService Service => Get<UploadService>();

    public ChunkReceiver Receiver => Get<ChunkReceiver>();

    public ActiveUploads Uploads => Get<ActiveUploads>();

    public FileCatalog Catalog => Get<FileCatalog>();

    public IUploadRepository Repository => Get<IUploadRepository>();

    public IStoredFileRepository Files => Get<IStoredFileRepository>();

    public IPartStore Parts => Get<IPartStore>();

    public IBlobStore Blobs => Get<IBlobStore>();

    public BlobPaths Paths => Get<BlobPaths>();

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public UploaderDbContext Context() => Get<IDbContextFactory<UploaderDbContext>>().CreateDbContext();

    /// <summary>Deletes a file for good, through the trash.</summary>
    public async Task DeleteAsync(StoredFile file)
    {
        await Get<Trash>().PutAsync(file.Id, CancellationToken.None);
        await Get<Trash>().DeleteAsync(file.Id, CancellationToken.None);
    }

    /// <summary>What the server does before it takes its first request.</summary>
    public Task RecoverAsync() =>
        _services.GetServices<IHostedService>().OfType<Recovery>().Single().StartAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();

        // As after the end of a process, no connection is left: another process would not be alone with the database.
        using var connection = new SqliteConnection(_database);
        SqliteConnection.ClearPool(connection);
    }

    static ServiceProvider Build(
        string root, TimeProvider time, UploadPolicy policy, long reserve, Action<IServiceCollection>? configure)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(time);
        services.AddSingleton(policy);
        services.AddSingleton(new StorageOptions { Root = root, FreeSpaceReserve = reserve });
        services.AddInfrastructure();
        services.AddDomain();
        services.AddSingleton(new ResumeLinkSecrets(new byte[32]));
        configure?.Invoke(services);
        return services.BuildServiceProvider();
    }
}
