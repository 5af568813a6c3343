namespace ChunkUploader.Tests.Support;

/// <summary>A clock whose waits take a tenth of their time, for what the application does after many seconds.</summary>
public sealed class QuickTime : TimeProvider
{
    const int Factor = 10;

    volatile bool _isHeld;

    /// <summary>Waits that begin while it is held have no end, so that only what is waited for ends them.</summary>
    public bool IsHeld
    {
        get => _isHeld;
        set => _isHeld = value;
    }

    public override long GetTimestamp() => System.GetTimestamp() * Factor;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, IsHeld ? Timeout.InfiniteTimeSpan : Quick(dueTime), Quick(period));

    static TimeSpan Quick(TimeSpan time) => time <= TimeSpan.Zero ? time : time / Factor;
}
