using System.Diagnostics;
using System.Globalization;

namespace ChunkUploader.Tests.Benchmarks.Driving;

/// <summary>How this executable is started once more, as something else.</summary>
static class OwnProcess
{
    public static ProcessStartInfo With(params string[] arguments) =>
        new("dotnet", [typeof(OwnProcess).Assembly.Location, .. arguments]);

    /// <summary>Binds all threads of the process to one core.</summary>
    public static ProcessStartInfo On(this ProcessStartInfo start, int? core)
    {
        if (core is { } number)
        {
            start.ArgumentList.Insert(0, start.FileName);
            start.ArgumentList.Insert(0, number.ToString(CultureInfo.InvariantCulture));
            start.ArgumentList.Insert(0, "-c");
            start.FileName = "taskset";
        }

        return start;
    }
}
