namespace ChunkUploader.Tests.Benchmarks.Tables;

/// <summary>What a measurement should come to.</summary>
/// <param name="Value">A ratio of medians of one run, so that it does not depend on the machine much.</param>
/// <param name="MustExceed">Else it must stay below the limit.</param>
sealed record Goal(string Name, double Value, double Limit, bool MustExceed = false, string Unit = "")
{
    public bool IsMet => MustExceed ? Value > Limit : Value < Limit;

    public IEnumerable<string> Cells =>
    [
        Name,
        $"{(MustExceed ? ">" : "<")} {Samples.Text(Limit)}{Unit}",
        $"{Samples.Text(Value)}{Unit}",
        IsMet ? "met" : "not met",
    ];
}
