using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Sessions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChunkUploader.Infrastructure.Background;

/// <summary>Once an hour: removes what has expired and what belongs to nothing.</summary>
public sealed partial class HourlySweep(
    UploadExpiry expiry,
    Trash trash,
    BlobJanitor janitor,
    BlobIntegrity integrity,
    TimeProvider time,
    ILogger<HourlySweep> logger)
    : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    bool _hasWarned;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The first one comes after an hour too: time to see that a start was one with the wrong folder.
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await TryAsync(async () =>
            {
                var expired = await expiry.SweepAsync(stoppingToken);
                LogExpired(expired);
            });
            await TryAsync(async () =>
            {
                var result = await janitor.SweepAsync(stoppingToken);
                Report(result);
                if (result.LeftUnknown == 0)
                {
                    // What an older database has in the trash may have been restored since.
                    var emptied = await trash.SweepAsync(stoppingToken);
                    LogEmptied(emptied);
                }
            });
            await TryAsync(() => integrity.RecheckAsync(stoppingToken));
        }
    }

    /// <summary>What fails must not keep the rest from being done.</summary>
    async Task TryAsync(Func<Task> sweep)
    {
        try
        {
            await sweep();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogFailure(exception);
        }
    }

    void Report(SweepResult result)
    {
        LogSweep(result.RemovedParts, result.Quarantined, result.Discarded);
        if (result.LeftUnknown > 0 && !_hasWarned)
        {
            _hasWarned = true;
            LogUnknown(result.LeftUnknown);
        }

        if (result.Missing > 0)
        {
            var first = string.Join(", ", result.FirstMissing);
            LogMissing(result.Missing, first);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Swept: {Expired} expired uploads.")]
    partial void LogExpired(int expired);

    [LoggerMessage(Level = LogLevel.Information, Message = "Swept: {Emptied} files of the trash.")]
    partial void LogEmptied(int emptied);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Swept: {Removed} stray parts removed, {Quarantined} unknown blobs moved to quarantine, {Discarded} "
            + "removed from there.")]
    partial void LogSweep(int removed, int quarantined, int discarded);

    [LoggerMessage(
        Level = LogLevel.Critical,
        Message = "The database does not know {Unknown} of the stored blobs; it is perhaps an older one. Nothing is "
            + "swept. Put the right one in its place, or start once with --recover adopt or --recover quarantine.")]
    partial void LogUnknown(int unknown);

    [LoggerMessage(
        Level = LogLevel.Critical,
        Message = "The bytes of {Count} blobs are gone, but files point to them. The first are {Blobs}.")]
    partial void LogMissing(int count, string blobs);

    [LoggerMessage(Level = LogLevel.Error, Message = "The hourly sweep failed; it is tried again in an hour.")]
    partial void LogFailure(Exception exception);
}
