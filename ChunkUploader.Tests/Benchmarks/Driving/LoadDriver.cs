using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace ChunkUploader.Tests.Benchmarks.Driving;

/// <summary>
/// The driver: a process that is told one load as JSON, runs it, and writes what it has measured. A process of its own,
/// so that nothing of it is counted as the server's.
/// </summary>
static class LoadDriver
{
    public const string Argument = "drive";

    /// <summary>In the driver's process.</summary>
    public static int Run(TextReader told, TextWriter answer)
    {
        var load = JsonSerializer.Deserialize<Load>(told.ReadToEnd())!;
        RuntimeHelpers.RunClassConstructor(typeof(Content).TypeHandle); // random bytes take a while
        answer.Write(JsonSerializer.Serialize(load.Run()));
        return 0;
    }

    /// <summary>Starts a driver and waits for its result.</summary>
    /// <param name="core">The one that it runs on; null: any.</param>
    /// <exception cref="InvalidOperationException">It has failed; the message has its output.</exception>
    public static async Task<LoadResult> RunAsync(Load load, int? core = null)
    {
        var start = OwnProcess.With(Argument).On(core);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.StandardInput.WriteAsync(JsonSerializer.Serialize(load));
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            return process.ExitCode == 0
                ? JsonSerializer.Deserialize<LoadResult>(await output)!
                : throw new InvalidOperationException($"{load} has failed:\n{await error}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}
