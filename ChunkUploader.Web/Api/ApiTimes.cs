namespace ChunkUploader.Web.Api;

static class ApiTimes
{
    /// <summary>In milliseconds, as times are kept: the first answer tells the same as later ones.</summary>
    public static DateTimeOffset ToMilliseconds(this DateTimeOffset time) =>
        time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMillisecond));
}
