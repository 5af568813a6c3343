using ChunkUploader.Domain.Sessions;
using ChunkUploader.Infrastructure.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChunkUploader.Infrastructure.Background;

/// <summary>
/// Once a minute: saves how far the digests have come, and lets go of the memory of uploads that nobody is working on.
/// </summary>
public sealed partial class IdleRelease(
    ActiveUploads uploads, DiskReserve reserve, TimeProvider time, ILogger<IdleRelease> logger)
    : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await SaveAsync();
            uploads.ReleaseIdle();
            TakeReserve();
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await SaveAsync();
    }

    /// <summary>Without it the server goes on as well, until the disk is full.</summary>
    void TakeReserve()
    {
        try
        {
            reserve.Take();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNoReserve(exception);
        }
    }

    /// <summary>What cannot be saved is read again some day: no reason to stop.</summary>
    async Task SaveAsync()
    {
        try
        {
            await uploads.SaveDigestsAsync();
        }
        catch (Exception exception)
        {
            LogFailure(exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "How far the digests of uploads have come could not be saved.")]
    partial void LogFailure(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The reserve for a full disk could not be taken.")]
    partial void LogNoReserve(Exception exception);
}
