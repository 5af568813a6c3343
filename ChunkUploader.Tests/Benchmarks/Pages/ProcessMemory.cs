using System.Globalization;

namespace ChunkUploader.Tests.Benchmarks.Pages;

/// <summary>
/// The memory of a process and of all that it has started, what is mapped from files left out: that is the programs
/// themselves, which the processes share.
/// </summary>
sealed class ProcessMemory(int process)
{
    /// <summary>In bytes.</summary>
    public long Read()
    {
        var processes = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0)
            .ToDictionary(id => id, StatusOf);
        return processes.Keys.Where(id => Descends(id, processes)).Sum(id => UsedBy(processes[id]));
    }

    bool Descends(int id, Dictionary<int, string[]> processes)
    {
        while (id != process && processes.TryGetValue(id, out var status))
        {
            id = (int)NumberIn(status, "PPid:");
        }

        return id == process;
    }

    static long UsedBy(string[] status) => (NumberIn(status, "RssAnon:") + NumberIn(status, "RssShmem:")) << 10;

    static long NumberIn(string[] status, string name) =>
        Array.Find(status, line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
            ? long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture)
            : 0;

    /// <summary>Empty if the process has ended meanwhile.</summary>
    static string[] StatusOf(int id)
    {
        try
        {
            return File.ReadAllLines($"/proc/{id}/status");
        }
        catch (IOException)
        {
            return [];
        }
    }
}
