namespace ChunkUploader.Tests.Benchmarks.Driving;

/// <summary>What is measured, by the names that head the tables' columns.</summary>
static class Figure
{
    public const string Wall = "wall, s";
    public const string Speed = "MiB/s";
    public const string Processor = "CPU, s a GiB";
    public const string Peak = "peak memory, MiB";
    public const string Finish = "last chunk to completed, ms";
    public const string FilesPerSecond = "files a second";
    public const string ProcessorPerFile = "CPU, ms a file";
    public const string Requests = "requests";
    public const string Received = "bytes received";
    public const string Total = "all answered, ms";
    public const string Median = "p50, ms";
    public const string Slowest = "p99, ms";
    public const string ProbeMedian = "probe p50, ms";
    public const string ProbeSlowest = "probe p99, ms";
    public const string ChunkMedian = "chunk's end to answer p50, ms";
    public const string FirstByte = "pick to first byte, ms";
    public const string OverIdle = "memory over idle, MiB";
    public const string ChunkSlowest = "chunk's end to answer p99, ms";

    /// <param name="share">Of the values that are not above the one asked for; 0.5 asks for the median.</param>
    public static double Percentile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
    }
}
