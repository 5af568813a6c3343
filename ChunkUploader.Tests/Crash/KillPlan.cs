using System.Diagnostics;
using System.Globalization;
using ChunkUploader.Tests.Support;

namespace ChunkUploader.Tests.Crash;

/// <summary>
/// When a server is killed with SIGKILL: in the middle of its work, or as it enters a system call, which finds the steps
/// between bytes, row, flush, rename and removal whatever the machine's speed.
/// </summary>
/// <param name="Answers">It has given so many answers; where the system call does not come before.</param>
/// <param name="Delay">How long after the last of them; during the start: after its launch.</param>
/// <param name="SystemCalls">As strace names them; null: none.</param>
/// <param name="Count">Which call of one thread it is, from 1 on.</param>
sealed record KillPlan(int Answers, TimeSpan Delay, bool IsDuringStart, string? SystemCalls, int Count)
{
    /// <summary>The calls that change what is kept, the rarer ones as often as the frequent ones.</summary>
    static readonly string[] Steps =
    [
        "rename,renameat,renameat2", "rename,renameat,renameat2", "unlink,unlinkat", "unlink,unlinkat",
        "fsync,fdatasync", "fsync,fdatasync", "pwrite64", "pwritev", "ftruncate,fallocate",
    ];

    /// <summary>While the database is brought up to date: at one of the writes that do so.</summary>
    public static KillPlan WhileMigrating(Random random) =>
        new(0, TimeSpan.FromSeconds(20), true, random.Next(2) == 0 ? "pwrite64" : "fsync,fdatasync", 1 + random.Next(12));

    public static KillPlan Next(Random random)
    {
        var isDuringStart = random.Next(6) == 0;
        var delay = TimeSpan.FromMilliseconds(random.NextDouble() * (isDuringStart ? 1500 : 50));
        if (random.Next(3) == 0)
        {
            return new KillPlan(random.Next(30), delay, isDuringStart, null, 0);
        }

        var steps = Steps[random.Next(Steps.Length)];
        // Small counts are as likely as large ones: renames are rare, writes are not.
        var count = (int)Math.Pow(2, random.NextDouble() * (steps[0] is 'p' or 'f' ? 6 : 3));
        return new KillPlan(40, delay, isDuringStart, steps, count);
    }

    /// <summary>How the application has to be started, so that it is killed at the call.</summary>
    public ProcessStartInfo Wrap(ProcessStartInfo application)
    {
        if (SystemCalls is null)
        {
            return application;
        }

        var calls = string.Join(',', SystemCalls.Split(',').Select(call => $"?{call}"));
        // -D: the tracer is the child, so that the process that is started is the application itself.
        string[] arguments =
        [
            "-D", "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", $"trace={calls}", "-e", "signal=none", "-e",
            string.Create(CultureInfo.InvariantCulture, $"inject={calls}:signal=SIGKILL:when={Count}"),
            application.FileName,
            .. application.ArgumentList,
        ];
        var traced = new ProcessStartInfo("strace", arguments);
        foreach (var (key, value) in application.Environment)
        {
            traced.Environment[key] = value;
        }

        return traced;
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(IsDuringStart ? "during start, " : "")}{(SystemCalls is null ? $"{Answers} answers and {Delay}" : $"{SystemCalls} {Count}")}");
}
