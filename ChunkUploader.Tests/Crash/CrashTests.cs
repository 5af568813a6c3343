using System.Diagnostics;
using System.Globalization;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Tests.Support;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Crash;

/// <summary>
/// A real server is killed while real clients of several dialects use it: nothing that was acknowledged is lost, nothing
/// is mixed, nothing is left over. <c>CRASH_KILLS</c> says how often it is killed, <c>CRASH_SEED</c> repeats what a run
/// left to chance.
/// </summary>
[TestFixture]
[Category("Crash")]
[Platform("Linux")]
public sealed class CrashTests
{
    const int DefaultKills = 25;
    const int KillsWhileMigrating = 3;
    const int KillsBetweenReports = 50;
    const int Clients = 6;

    [Test]
    public async Task Loses_and_mixes_nothing_however_often_it_is_killed()
    {
        Programs.Require("strace");
        var kills = Setting("CRASH_KILLS") ?? DefaultKills;
        var seed = Setting("CRASH_SEED") ?? Random.Shared.Next();
        await TestContext.Progress.WriteLineAsync($"crash seed {seed}");
        using var folder = new TempFolder();
        var clock = Stopwatch.StartNew();
        await using (var run = new CrashRun(folder, seed))
        {
            for (var kill = 0; kill < KillsWhileMigrating; kill++)
            {
                await run.KillWhileMigratingAsync();
            }

            run.Begin(Clients);
            while (run.Kills < kills)
            {
                await run.KillOnceAsync();
                if (run.Kills % KillsBetweenReports == 0)
                {
                    await TestContext.Progress.WriteLineAsync($"{run.Kills} kills, {clock.Elapsed.TotalSeconds:0} s");
                }
            }

            await run.EndAsync();
            await TestContext.Progress.WriteLineAsync(
                $"{run.Kills} kills, {run.KillsAtSystemCalls} of them at a system call and {run.KillsDuringStart} during the "
                + $"start; {run.Files} files and {run.Chunks} chunks acknowledged, {run.NamesakesStored} of the files with a "
                + $"namesake, {run.NamesakesRefused} refusals of such; {clock.Elapsed.TotalSeconds:0} s");
            Assert.That(run.Files, Is.GreaterThan(0));
            Assert.That(run.KillsAtSystemCalls, Is.GreaterThan(0), "strace never killed it");
        }

        await NothingIsLeftOverAsync(folder);
    }

    /// <summary>After all unfinished uploads have expired, and the sweeps have come, bytes without a name are gone.
    /// </summary>
    static async Task NothingIsLeftOverAsync(TempFolder folder)
    {
        await using var host = new CoreHost(folder); // its clock is years ahead
        await host.RecoverAsync();
        await host.Get<UploadExpiry>().SweepAsync(CancellationToken.None);
        await CrashRun.SweepAsync(host);
        var data = new DataFolder(folder.Path);
        Assert.That(data.Parts, Is.Empty);
        Assert.That(data.Staged, Is.Empty);
        Assert.That(data.Blobs, Is.EquivalentTo(data.Query("SELECT lower(hex(Id)) FROM Blobs")));
        Assert.That(data.Quarantined.Except(["manifest.jsonl"]), Is.Empty);
        Assert.That(data.Query("SELECT hex(Id) FROM UploadSessions"), Is.Empty);
    }

    static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : null;
}
