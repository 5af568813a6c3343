using System.Globalization;
using System.Reflection;
using Microsoft.Coyote;
using Microsoft.Coyote.SystematicTesting;
using NUnit.Framework;
using TestAttribute = NUnit.Framework.TestAttribute;

namespace ChunkUploader.Tests.Interleavings;

/// <summary>
/// Explores in which orders requests can be worked on: one task runs at a time, and at each await, lock and call of a port
/// the next one is chosen anew, the same for the same seed. <c>INTERLEAVINGS</c> says how many schedules of each scenario;
/// <c>INTERLEAVING_TRACE</c> names the trace of one that is to be repeated.
/// </summary>
[TestFixture]
[NonParallelizable]
[Category("Interleavings")]
public class InterleavingTests
{
    const string Planted = "A_planted_lost_update";
    const int Schedules = 200;
    const int MaxSteps = 10_000; // of one schedule; they take some hundred

    /// <summary>What <c>Scenarios</c> is compiled and rewritten to, together with the domain.</summary>
    static readonly Type Rewritten = Assembly
        .LoadFrom(Path.Combine(AppContext.BaseDirectory, "Interleavings", "ChunkUploader.Interleavings.dll"))
        .GetType("ChunkUploader.Tests.Interleavings.Scenarios.UploadScenarios", throwOnError: true)!;

    static IEnumerable<string> Scenarios => Rewritten
        .GetMethods(BindingFlags.Public | BindingFlags.Static)
        .Select(method => method.Name)
        .Where(name => name != Planted);

    [TestCaseSource(nameof(Scenarios))]
    public void Every_schedule_keeps_what_was_acknowledged(string scenario)
    {
        var schedules = Environment.GetEnvironmentVariable("INTERLEAVINGS") is { } count
            ? int.Parse(count, CultureInfo.InvariantCulture)
            : Schedules;
        var trace = Environment.GetEnvironmentVariable("INTERLEAVING_TRACE");
        using var engine = Explore(scenario, schedules, trace);
        Assert.That(engine.TestReport.NumOfFoundBugs, Is.Zero, () => Describe(engine, scenario));
        Assert.That(engine.TestReport.InternalErrors, Is.Empty);
        Assert.That(engine.TestReport.NumOfExploredFairPaths, Is.EqualTo(trace is null ? schedules : 1));
    }

    [Test]
    public void A_planted_fault_is_found_and_its_schedule_can_be_repeated()
    {
        const string Lost = "was acknowledged and is not in";
        using var found = Explore(Planted, Schedules, null);
        Assert.That(found.TestReport.BugReports, Has.Some.Contains(Lost));

        var trace = KeepTrace(found, Planted);
        using var repeated = Explore(Planted, Schedules, trace);
        Assert.That(repeated.TestReport.BugReports, Has.Some.Contains(Lost));
        Assert.That(repeated.TestReport.NumOfExploredFairPaths, Is.EqualTo(1));
    }

    static TestingEngine Explore(string scenario, int schedules, string? trace)
    {
        var configuration = Configuration.Create()
            .WithTelemetryEnabled(false)
            .WithTestingIterations((uint)schedules)
            .WithRandomGeneratorSeed(1)
            .WithMaxSchedulingSteps(MaxSteps)
            .WithFailureOnMaxStepsBoundEnabled();
        if (trace is not null)
        {
            configuration = configuration.WithReproducibleTrace(File.ReadAllText(trace));
        }

        var engine = TestingEngine.Create(configuration, Rewritten.GetMethod(scenario)!.CreateDelegate<Func<Task>>());
        engine.Run();
        return engine;
    }

    static string Describe(TestingEngine engine, string scenario)
    {
        var trace = KeepTrace(engine, scenario);
        return $"""
            {string.Join(Environment.NewLine, engine.TestReport.BugReports)}
            INTERLEAVING_TRACE={trace} dotnet test --filter Name~{scenario} repeats this schedule:
            {engine.ReadableTrace}
            """;
    }

    static string KeepTrace(TestingEngine engine, string scenario)
    {
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{scenario}.trace");
        File.WriteAllText(path, engine.ReproducibleTrace);
        TestContext.AddTestAttachment(path);
        return path;
    }
}
