using System.Diagnostics;
using System.Globalization;

namespace ChunkUploader.Tests.Benchmarks.Driving;

/// <summary>
/// What a process uses from now on, by the operating system's own count: processor time of all its threads, and the
/// largest memory that was resident.
/// </summary>
sealed class Meter
{
    const double TicksPerSecond = 100; // of /proc, on every Linux
    readonly int _process;
    readonly double _processorSeconds;
    readonly long _start;

    Meter(int process)
    {
        _process = process;
        File.WriteAllText($"/proc/{process}/clear_refs", "5"); // the peak is counted anew
        _processorSeconds = ProcessorSeconds(process);
        _start = Stopwatch.GetTimestamp();
    }

    public static Meter Start(int process) => new(process);

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    /// <param name="bytes">That were moved meanwhile.</param>
    public Dictionary<string, double> Stop(long bytes)
    {
        var elapsed = Elapsed;
        var processor = ProcessorSeconds(_process) - _processorSeconds;
        return new()
        {
            [Figure.Wall] = elapsed.TotalSeconds,
            [Figure.Speed] = bytes / elapsed.TotalSeconds / (1 << 20),
            [Figure.Processor] = processor / bytes * (1 << 30),
            [Figure.Peak] = PeakKiB(_process) / 1024.0,
        };
    }

    /// <summary>What a process has used since its start.</summary>
    public static double ProcessorSeconds(int process)
    {
        // The name, in brackets, may hold anything; behind it stand the numbered fields, from the third on.
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var (user, system) = (fields[14 - 3], fields[15 - 3]);
        return (long.Parse(user, CultureInfo.InvariantCulture) + long.Parse(system, CultureInfo.InvariantCulture))
            / TicksPerSecond;
    }

    static long PeakKiB(int process) =>
        long.Parse(
            File.ReadLines($"/proc/{process}/status")
                .Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
            CultureInfo.InvariantCulture);
}
