using System.Globalization;
using System.Security.Cryptography;
using ChunkUploader.Tests.Benchmarks.Driving;
using ChunkUploader.Tests.Benchmarks.Servers;
using ChunkUploader.Tests.Benchmarks.Tables;

namespace ChunkUploader.Tests.Benchmarks.Groups;

/// <summary>Begins with all digests said, against a catalogue that has the file and one that does not.</summary>
sealed class InstantLookups : BenchmarkGroup
{
    public override string TitleOf(Scale scale) => $"Instant look-ups, {scale.Lookups} begins with digests";

    public override async Task RunAsync(Bench bench, Section section)
    {
        var many = $"among {bench.Scale.CatalogueFiles.ToString("N0", CultureInfo.InvariantCulture)} files";
        string[] rows = [$"{many}, found", $"{many}, not found", "in an empty catalogue, not found"];
        if (!rows.Any(section.Wants))
        {
            return;
        }

        using var full = bench.NewFolder();
        using var empty = bench.NewFolder();
        var known = await SeedAsync(full.Path, bench.Scale);
        await using var seeded = await RunningServer.StartAsync(ServerKind.Ours, full.Path, onOneCore: false);
        await using var fresh = await RunningServer.StartAsync(ServerKind.Ours, empty.Path, onOneCore: false);
        await seeded.WaitUntilIdleAsync();
        await section.TakeTurnsAsync(
            bench.Scale.Rounds,
            new(rows[0], round => seeded.TakeAsync(LookUp(known, "proof", round))),
            new(rows[1], round => seeded.TakeAsync(LookUp(known.ConvertAll(Unknown), "receiving", round))),
            new(rows[2], round => fresh.TakeAsync(LookUp(known.ConvertAll(Unknown), "receiving", round))));
    }

    /// <summary>A start makes the database; what is in it is seeded once the server has stopped.</summary>
    static async Task<List<SeededFile>> SeedAsync(string folder, Scale scale)
    {
        await using var server = await RunningServer.StartAsync(ServerKind.Ours, folder, onOneCore: false);
        await server.StopAsync();
        return SeededCatalogue.Seed(folder, scale.CatalogueFiles, scale.Lookups);
    }

    static QuestionLoad LookUp(List<SeededFile> files, string state, int round) => new()
    {
        Expected = $"\"state\":\"{state}\"",
        Questions = files.ConvertAll(file => new Question("/uploads", new()
        {
            ["fileName"] = $"{file.Md5} {round}",
            ["size"] = file.Size.ToString(CultureInfo.InvariantCulture),
            ["md5"] = file.Md5,
            ["contentHash"] = file.ContentHash,
            ["firstBlock"] = file.FirstBlock,
        })),
    };

    static SeededFile Unknown(SeededFile file) => new(file.Size, RandomHex(16), RandomHex(32), RandomHex(32));

    static string RandomHex(int bytes) => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(bytes));
}
