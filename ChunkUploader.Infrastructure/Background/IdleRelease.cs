using ChunkUploader.Domain.Uploads;
using Microsoft.Extensions.Hosting;

namespace ChunkUploader.Infrastructure.Background;

/// <summary>
/// Once a minute: saves how far the digests have come, and lets go of the memory of uploads that nobody is working on.
/// </summary>
public sealed class IdleRelease(OpenUploads uploads, TimeProvider time) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await uploads.SaveDigestsAsync();
            uploads.ReleaseIdle();
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await uploads.SaveDigestsAsync();
    }
}
