using System.Diagnostics;

namespace ChunkUploader.Tests.Benchmarks.Driving;

/// <summary>Asks one question after the other, over one connection.</summary>
sealed record QuestionLoad : ServerLoad
{
    public required IReadOnlyList<Question> Questions { get; init; }

    /// <summary>What every answer's body holds.</summary>
    public string Expected { get; init; } = "";

    /// <summary>How often the first question is asked before it counts.</summary>
    public int Rehearsals { get; init; }

    public override LoadResult Run()
    {
        var protocol = Protocol;
        using var connection = Connect();
        WarmUp();
        var requests = Questions.Select(question => question.Fields is null
            ? protocol.GetHead(question.Path)
            : protocol.Post(question.Path, [.. question.Fields.Select(field => (field.Key, field.Value))])).ToList();
        for (var rehearsal = 0; rehearsal < Rehearsals; rehearsal++)
        {
            connection.Ask(requests[0]).Ensure(200);
        }

        var (times, bytes) = (new List<double>(), 0L);
        foreach (var request in requests)
        {
            var start = Stopwatch.GetTimestamp();
            var answer = connection.Ask(request);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            bytes += answer.Ensure(200, 201, 204).Length;
            if (!answer.Text.Contains(Expected, StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"Instead of {Expected}: {answer.Text}");
            }
        }

        return new LoadResult(new()
        {
            [Figure.Requests] = times.Count,
            [Figure.Received] = bytes,
            [Figure.Total] = times.Sum(),
            [Figure.Median] = Figure.Percentile(times, 0.5),
            [Figure.Slowest] = Figure.Percentile(times, 0.99),
        });
    }
}

/// <param name="Fields">Of a form that is posted; null: it is a GET.</param>
sealed record Question(string Path, Dictionary<string, string>? Fields = null);
