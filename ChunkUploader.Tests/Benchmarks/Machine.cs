using System.Runtime.InteropServices;

namespace ChunkUploader.Tests.Benchmarks;

/// <summary>What the figures were measured on.</summary>
static class Machine
{
    /// <summary>The driver takes a core, and another one is left for the server.</summary>
    const int CoresNeeded = 2;

    /// <returns>Why nothing can be measured here; null: it can.</returns>
    public static string? Objection() =>
        !OperatingSystem.IsLinux() ? "Memory and processor time are read from Linux's /proc."
        : Environment.ProcessorCount < CoresNeeded ? $"At least {CoresNeeded} cores are needed."
        : null;

    public static string Describe(string folder)
    {
        var disk = new DriveInfo(folder);
        var warning = disk.DriveFormat == "tmpfs" ? ", which is memory and no disk: choose another --folder" : "";
        return $"{Environment.ProcessorCount} cores of {Processor()}, "
            + $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB of memory, "
            + $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, "
            + $"{disk.DriveFormat} on the disk{warning}{Build}";
    }

#if DEBUG
    const string Build = "; built for debugging, so slow: run it with -c Release";
#else
    const string Build = "";
#endif

    static string Processor() =>
        File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?
            .Split(':')[1].Trim()
        ?? RuntimeInformation.ProcessArchitecture.ToString();
}
