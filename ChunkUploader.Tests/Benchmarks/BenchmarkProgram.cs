using System.Runtime.InteropServices;
using ChunkUploader.Tests.Benchmarks.Driving;
using ChunkUploader.Tests.Benchmarks.Servers;

namespace ChunkUploader.Tests.Benchmarks;

/// <summary>
/// The entry point of this executable where it is run rather than tested: the benchmarks, and each process that they
/// start beside the application.
/// </summary>
static class BenchmarkProgram
{
    static async Task<int> Main(string[] arguments) => arguments switch
    {
        [LoadDriver.Argument] => LoadDriver.Run(Console.In, Console.Out),
        [DiscardingServer.Argument] => await DiscardingServer.RunAsync(),
        [ClassicServer.Argument, var folder] => await ClassicServer.RunAsync(folder),
        _ => await MeasureAsync(arguments),
    };

    /// <summary>Exits where it is ended from outside, so that what it has started is told.</summary>
    static async Task<int> MeasureAsync(string[] arguments)
    {
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Exit);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Exit);
        return await BenchmarkRun.RunAsync(arguments, Console.Out, Console.Error);
    }

    static void Exit(PosixSignalContext signal) => Environment.Exit(1);
}
