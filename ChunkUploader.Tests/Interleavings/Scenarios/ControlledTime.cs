namespace ChunkUploader.Tests.Interleavings.Scenarios;

/// <summary>A clock that goes on only where a scenario says so, or a wait times out.</summary>
public sealed class ControlledTime
{
    readonly object _lock = new();
    DateTimeOffset _now = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero); // under the lock

    /// <summary>Whether waits may time out: as if all others had been very slow until then. Else they never do, and what
    /// waits for ever is found as a deadlock.</summary>
    public bool TimesOut { get; set; }

    public DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    public long GetTimestamp() => GetUtcNow().Ticks;

    public TimeSpan GetElapsedTime(long since) => TimeSpan.FromTicks(GetTimestamp() - since);

    public void Advance(TimeSpan by) => AdvanceTo(GetUtcNow() + by);

    /// <summary>Does nothing where it is later already.</summary>
    public void AdvanceTo(DateTimeOffset time)
    {
        lock (_lock)
        {
            _now = time > _now ? time : _now;
        }
    }
}
