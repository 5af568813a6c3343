using System.Globalization;
using ChunkUploader.Tests.Benchmarks.Driving;
using ChunkUploader.Tests.Benchmarks.Servers;
using ChunkUploader.Tests.Benchmarks.Tables;

namespace ChunkUploader.Tests.Benchmarks.Groups;

/// <summary>What it takes to learn which chunks are missing, where every second one is.</summary>
sealed class Resuming : BenchmarkGroup
{
    const string Begin = "begin again";
    const string Ask = "ask for the session";
    const string AskEach = "ask for each chunk, as form clients do";
    const string AfterRestart = "after a restart of the server";

    public override string TitleOf(Scale scale) =>
        $"Resuming an upload of {scale.ResumedChunks} chunks of 1 MiB, of which half are in";

    public override async Task RunAsync(Bench bench, Section section)
    {
        string[] rows = [Begin, Ask, AskEach, $"{Begin}, {AfterRestart}", $"{Ask}, {AfterRestart}"];
        if (!rows.Any(section.Wants))
        {
            return;
        }

        var chunks = bench.Scale.ResumedChunks;
        using var folder = bench.NewFolder();
        var server = await RunningServer.StartAsync(ServerKind.Ours, folder.Path, onOneCore: false);
        try
        {
            var upload = new UploadLoad { Size = (long)chunks * MiB, ChunkSize = MiB, StopsHalfway = true };
            var id = (await server.TakeAsync(upload)).Id!;
            var begin = new QuestionLoad
            {
                Questions = [new("/uploads", new()
                {
                    ["fileName"] = FileUpload.NameOf(0),
                    ["size"] = upload.Size.ToString(CultureInfo.InvariantCulture),
                })],
                Expected = $"\"receivedCount\":{(chunks + 1) / 2},",
                Rehearsals = 20,
            };
            var ask = begin with { Questions = [new($"/uploads/{id}")] };
            var askEach = new QuestionLoad
            {
                Questions = [.. from index in Enumerable.Range(0, chunks)
                                select new Question($"/uploads/{id}/chunks/{index}")],
            };
            await section.TakeTurnsAsync(
                bench.Scale.Rounds,
                new(Begin, _ => server.TakeAsync(begin)),
                new(Ask, _ => server.TakeAsync(ask)),
                new(AskEach, _ => server.TakeAsync(askEach)),
                new($"{Begin}, {AfterRestart}", _ => RestartAndTakeAsync(begin)),
                new($"{Ask}, {AfterRestart}", _ => RestartAndTakeAsync(ask)));
        }
        finally
        {
            await server.DisposeAsync();
        }

        async Task<LoadResult> RestartAndTakeAsync(QuestionLoad question)
        {
            await server.StopAsync();
            server = await RunningServer.StartAsync(
                ServerKind.Ours, folder.Path, onOneCore: false, server.Target.Owner);
            return await server.TakeAsync(question with { Rehearsals = 0 });
        }
    }
}
