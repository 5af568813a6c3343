using ChunkUploader.Domain;
using ChunkUploader.Domain.Content;
using ChunkUploader.Domain.Files;
using ChunkUploader.Domain.Uploads;
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

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailure(exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    async Task SweepAsync(CancellationToken ct)
    {
        var expired = await expiry.SweepAsync(ct);
        var emptied = await trash.SweepAsync(ct);
        var (removed, missing) = await janitor.SweepAsync(ct);
        LogSweep(expired, emptied, removed);
        await integrity.RecheckAsync(ct);
        foreach (var blob in missing)
        {
            LogMissing(blob);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Swept: {Expired} expired uploads, {Emptied} files of the trash, {Removed} stray files.")]
    partial void LogSweep(int expired, int emptied, int removed);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The bytes of blob {Blob} are gone, but files point to it.")]
    partial void LogMissing(Id<Blob> blob);

    [LoggerMessage(Level = LogLevel.Error, Message = "The hourly sweep failed; it is tried again in an hour.")]
    partial void LogFailure(Exception exception);
}
