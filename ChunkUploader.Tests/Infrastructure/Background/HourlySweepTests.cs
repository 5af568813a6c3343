using System.Collections.Concurrent;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Infrastructure.Background;
using ChunkUploader.Tests.Support.Core;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace ChunkUploader.Tests.Infrastructure.Background;

/// <summary>When it is swept, and what the log says of it.</summary>
[TestFixture]
public class HourlySweepTests : CoreFixture
{
    [Test]
    public async Task The_first_comes_after_an_hour_and_an_older_database_is_told_once()
    {
        for (var i = 0; i < 6; i++)
        {
            await Host.Parts.CommitAsync(Id<Blob>.New(), 0, None);
        }

        var trashed = await UploadAsync([2]);
        await Host.Get<ChunkUploader.Domain.Catalog.Trash>().PutAsync(trashed.Id, None);
        Host.Time.Advance(TimeSpan.FromDays(8));
        var aside = Id<Blob>.New();
        await Host.Parts.CommitAsync(aside, 0, None);
        await Host.Blobs.QuarantineAsync(aside, "", Host.Time.GetUtcNow().AddDays(-8), None);
        var file = await UploadAsync([1]);
        File.Delete(Host.Paths.BlobOf(file.BlobId));
        var log = new Recorder();
        using var sweep = new HourlySweep(
            Host.Get<ChunkUploader.Domain.Sessions.UploadExpiry>(),
            Host.Get<ChunkUploader.Domain.Catalog.Trash>(),
            Host.Get<BlobJanitor>(),
            Host.Get<BlobIntegrity>(),
            Host.Time,
            log);
        await sweep.StartAsync(None);
        await Until.IsAsync(() => Host.Time.Waits == 1);
        Host.Time.Advance(TimeSpan.FromMinutes(59));
        Assert.That(log.Entries, Is.Empty);
        for (var hour = 1; hour <= 2; hour++)
        {
            Host.Time.Advance(TimeSpan.FromHours(1));
            await Until.IsAsync(() => log.Count("are gone") == hour);
        }

        await sweep.StopAsync(None);
        Assert.That(File.Exists(Host.Paths.BlobOf(trashed.BlobId)), "it may have been restored since");
        Assert.That(File.Exists(Host.Paths.QuarantinedOf(aside)));
        Assert.That(log.Count("stray parts removed"), Is.EqualTo(2));
        Assert.That(log.Count("Critical: The database does not know 6 of the stored blobs"), Is.EqualTo(1));
        Assert.That(log.Count($"Critical: The bytes of 1 blobs are gone, but files point to them"),
            Is.EqualTo(2));
    }

    sealed class Recorder : ILogger<HourlySweep>
    {
        public ConcurrentQueue<string> Entries { get; } = [];

        public int Count(string text) => Entries.Count(entry => entry.Contains(text, StringComparison.Ordinal));

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            Entries.Enqueue($"{logLevel}: {formatter(state, exception)}");
    }
}
