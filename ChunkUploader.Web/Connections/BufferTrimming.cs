namespace ChunkUploader.Web.Connections;

/// <summary>Every ten seconds: gives the buffers that a burst has left behind back to the system.</summary>
public sealed class BufferTrimming(ConnectionBuffers buffers, TimeProvider time) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            buffers.Trim();
        }
    }
}
