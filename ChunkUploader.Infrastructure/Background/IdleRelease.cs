using ChunkUploader.Domain.Uploads;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChunkUploader.Infrastructure.Background;

/// <summary>
/// Once a minute: saves how far the digests have come, and lets go of the memory of uploads that nobody is working on.
/// </summary>
public sealed partial class IdleRelease(OpenUploads uploads, TimeProvider time, ILogger<IdleRelease> logger)
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
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await SaveAsync();
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
}
