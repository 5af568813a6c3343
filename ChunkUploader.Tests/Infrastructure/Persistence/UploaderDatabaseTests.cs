using ChunkUploader.Infrastructure;
using ChunkUploader.Infrastructure.Persistence;
using ChunkUploader.Infrastructure.Persistence.Sqlite;
using ChunkUploader.Infrastructure.Storage;
using ChunkUploader.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace ChunkUploader.Tests.Infrastructure.Persistence;

/// <summary>What the database is when the server has started.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class UploaderDatabaseTests
{
    TempFolder Folder { get; } = new();

    [TearDown]
    public void DeleteFolder() => Folder.Dispose();

    [Test]
    public async Task An_empty_folder_gets_a_database_with_every_migration()
    {
        await using var services = Build();
        services.GetRequiredService<UploaderDatabase>().Open();
        await using var context = Context(services);
        Assert.That(context.Database.GetPendingMigrations(), Is.Empty);
        Assert.That(context.Database.GetAppliedMigrations(), Is.Not.Empty);
        Assert.That(context.UploadSessions.Count() + context.StoredFiles.Count(), Is.Zero);
    }

    [Test]
    public async Task The_migrations_are_what_the_model_is()
    {
        await using var services = Build();
        await using var context = Context(services);
        Assert.That(context.Database.HasPendingModelChanges(), Is.False, "dotnet ef migrations add is due");
    }

    [Test]
    public async Task Every_connection_keeps_what_it_promises()
    {
        await using var services = Build();
        services.GetRequiredService<UploaderDatabase>().Open();
        foreach (var _ in Enumerable.Range(0, 2))
        {
            await using var context = Context(services);
            Assert.That(await AskAsync<string>(context, "journal_mode"), Is.EqualTo("wal"));
            Assert.That(await AskAsync<long>(context, "synchronous"), Is.EqualTo(2), "FULL");
            Assert.That(await AskAsync<long>(context, "foreign_keys"), Is.EqualTo(1));
            Assert.That(await AskAsync<long>(context, "busy_timeout"), Is.EqualTo(5000));
        }

        await using var synchronous = Context(services);
        synchronous.Database.OpenConnection();
        Assert.That(await AskAsync<long>(synchronous, "synchronous"), Is.EqualTo(2));
    }

    [Test]
    [CancelAfter(20_000)]
    public async Task A_migration_that_was_killed_does_not_keep_the_server_from_starting(CancellationToken ct)
    {
        // What EF leaves behind when its process is killed in the middle of a migration.
        await using (var connection =
            new SqliteConnection($"Data Source={Folder.Combine("uploader.db")};Pooling=False"))
        {
            await connection.OpenAsync(ct);
            await using var command = connection.CreateCommand();
            command.CommandText =
                """
                CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL PRIMARY KEY, "Timestamp" TEXT NOT NULL);
                INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01 00:00:00');
                """;
            await command.ExecuteNonQueryAsync(ct);
        }

        await using var services = Build();
        await Task.Run(() => services.GetRequiredService<UploaderDatabase>().Open(), ct).WaitAsync(ct);
        await using var context = Context(services);
        Assert.That(context.UploadSessions.Count(), Is.Zero);
    }

    [Test]
    public async Task A_second_server_is_refused_the_folder_until_the_first_has_ended()
    {
        await using (var first = Build())
        {
            first.GetRequiredService<UploaderDatabase>().Open();
            await using var second = Build();
            var refusal = Assert.Throws<IOException>(() => second.GetRequiredService<UploaderDatabase>().Open());
            Assert.That(refusal!.Message, Does.Contain(Folder.Path));
        }

        await using var third = Build();
        third.GetRequiredService<UploaderDatabase>().Open();
    }

    ServiceProvider Build() =>
        new ServiceCollection()
            .AddLogging()
            .AddSingleton(new StorageOptions { Root = Folder.Path })
            .AddInfrastructure()
            .BuildServiceProvider();

    static UploaderDbContext Context(ServiceProvider services) =>
        services.GetRequiredService<IDbContextFactory<UploaderDbContext>>().CreateDbContext();

    static async Task<T> AskAsync<T>(UploaderDbContext context, string pragma)
    {
        await context.Database.OpenConnectionAsync();
        await using var command = context.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"PRAGMA {pragma}";
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
