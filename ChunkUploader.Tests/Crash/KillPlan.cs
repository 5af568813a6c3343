using System.Diagnostics;
using System.Globalization;

namespace ChunkUploader.Tests.Crash;

/// <summary>
/// When a server is killed with SIGKILL: in the middle of its work, or as it enters a system call, which finds the steps
/// between bytes, row, flush, rename and removal whatever the machine's speed.
/// </summary>
/// <param name="Answers">It has given so many answers; where the system call does not come before.</param>
/// <param name="Delay">How long after the last of them; during the start: after its launch.</param>
/// <param name="SystemCalls">As strace names them; null: none.</param>
/// <param name="Count">Which call of one thread it is, from 1 on: since the launch if it is during the start, else since
/// the clients were let in.</param>
sealed record KillPlan(int Answers, TimeSpan Delay, bool IsDuringStart, string? SystemCalls, int Count)
{
    /// <summary>SQLite's, into its log; all others write with an offset.</summary>
    const string Write = "write";
    const string Flush = "fsync,fdatasync";
    const string Unlink = "unlink,unlinkat";
    const string Rename = "rename,renameat,renameat2";

    /// <summary>More than a start takes.</summary>
    static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    /// <summary>The calls that change what is kept, the rarer ones as often as the frequent ones, and how often a thread
    /// makes them.</summary>
    static readonly (string Calls, int Max)[] Steps =
    [
        (Rename, 3), (Rename, 3), (Unlink, 6), (Unlink, 6), (Flush, 12), (Flush, 12), (Write, 100), (Write, 100),
        ("pwrite64", 12), ("pwritev", 6),
    ];

    /// <summary>Deleting a file, restoring it, and deleting it for good: one transaction each, and a removal.</summary>
    static readonly (string Calls, int Max)[] AdminSteps = [(Write, 40), (Flush, 3), (Unlink, 3)];

    static readonly (string Calls, int Max)[] MigrationSteps = [(Write, 80), (Flush, 12)];

    /// <summary>Where only root may trace what it has not started, the start is traced too.</summary>
    static readonly bool MayAttach = Environment.IsPrivilegedProcess || !File.Exists("/proc/sys/kernel/yama/ptrace_scope")
        || File.ReadAllText("/proc/sys/kernel/yama/ptrace_scope").Trim() == "0";

    /// <summary>Only the admin is let in, whose steps would be rare among all the others'.</summary>
    public bool IsAdminAlone { get; private init; }

    bool IsTracedFromStart => SystemCalls is not null && (IsDuringStart || !MayAttach);

    /// <summary>While the database is brought up to date: at one of the writes that do so.</summary>
    public static KillPlan WhileMigrating(Random random) =>
        At(MigrationSteps[random.Next(MigrationSteps.Length)], true, random);

    /// <summary>While the admin deletes and restores.</summary>
    public static KillPlan WhileAdminIsAlone(Random random) =>
        At(AdminSteps[random.Next(AdminSteps.Length)], false, random) with { IsAdminAlone = true };

    public static KillPlan Next(Random random)
    {
        var isDuringStart = random.Next(6) == 0;
        if (random.Next(3) > 0)
        {
            return At(Steps[random.Next(Steps.Length)], isDuringStart, random);
        }

        var delay = TimeSpan.FromMilliseconds(random.NextDouble() * (isDuringStart ? 1500 : 50));
        return new KillPlan(random.Next(30), delay, isDuringStart, null, 0);
    }

    /// <summary>How the application has to be started, so that it is killed at the call.</summary>
    public ProcessStartInfo Wrap(ProcessStartInfo application, string dataFolder)
    {
        if (!IsTracedFromStart)
        {
            return application;
        }

        // -D: the tracer is the child, so that the process that is started is the application itself.
        var traced = new ProcessStartInfo(
            "strace", ["-D", "-qq", .. Tracing(dataFolder), application.FileName, .. application.ArgumentList]);
        foreach (var (key, value) in application.Environment)
        {
            traced.Environment[key] = value;
        }

        return traced;
    }

    /// <summary>How a tracer is started that kills a running application at the call; null: none is.</summary>
    public ProcessStartInfo? Attach(int processId, string dataFolder) =>
        SystemCalls is null || IsTracedFromStart
            ? null
            : new ProcessStartInfo(
                "strace", [.. Tracing(dataFolder), "-p", processId.ToString(CultureInfo.InvariantCulture)]);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(IsDuringStart ? "during start, " : IsAdminAlone ? "admin alone, " : "")}{(SystemCalls is null ? $"{Answers} answers and {Delay}" : $"{SystemCalls} {Count}")}");

    /// <summary>Small counts are as likely as large ones: the first calls are each of another kind.</summary>
    static KillPlan At((string Calls, int Max) step, bool isDuringStart, Random random) =>
        new(40, isDuringStart ? Long : TimeSpan.Zero, isDuringStart, step.Calls, (int)Math.Pow(step.Max + 1, random.NextDouble()));

    /// <summary>Without <c>--seccomp-bpf</c>, however much quicker that is: with it, strace does not send the signal.
    /// </summary>
    string[] Tracing(string dataFolder)
    {
        var calls = string.Join(',', SystemCalls!.Split(',').Select(call => $"?{call}"));
        string[] paths = SystemCalls == Write ? ["-P", Path.Combine(dataFolder, "uploader.db-wal")] : [];
        return
        [
            "-f", "-o", "/dev/null", "-e", $"trace={calls}", "-e", "signal=none", "-e",
            string.Create(CultureInfo.InvariantCulture, $"inject={calls}:signal=SIGKILL:when={Count}"), .. paths,
        ];
    }
}
