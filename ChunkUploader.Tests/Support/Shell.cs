using System.Diagnostics;
using System.Text;

namespace ChunkUploader.Tests.Support;

/// <summary>One bash that runs script after script: later ones have the variables of earlier ones.</summary>
sealed class Shell : IAsyncDisposable
{
    const string End = "-- the end of what it printed --";
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    readonly Process _bash;

    /// <param name="folder">Where it works.</param>
    public Shell(string folder) => _bash = Process.Start(new ProcessStartInfo("bash")
    {
        WorkingDirectory = folder,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;

    /// <returns>What the script printed.</returns>
    public async Task<string> RunAsync(string script)
    {
        await _bash.StandardInput.WriteAsync($"{script}\necho; echo '{End}'\n");
        await _bash.StandardInput.FlushAsync();
        var output = new StringBuilder();
        while (true)
        {
            var line = await _bash.StandardOutput.ReadLineAsync().WaitAsync(Timeout);
            switch (line)
            {
                case null:
                    throw new InvalidOperationException($"The shell has ended:\n{output}");
                case End:
                    return output.ToString();
                default:
                    output.Append(line).Append('\n');
                    break;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _bash.Kill(entireProcessTree: true);
        await _bash.WaitForExitAsync();
        _bash.Dispose();
    }
}
