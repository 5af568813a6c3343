using System.Globalization;
using ChunkUploader.Tests.Benchmarks.Driving;

namespace ChunkUploader.Tests.Benchmarks.Tables;

/// <summary>One figure of one row, measured some times.</summary>
sealed class Samples
{
    readonly List<double> _values = [];

    public IReadOnlyList<double> Values => _values;

    public double Min => _values.Min();

    public double Median => Figure.Percentile(_values, 0.5);

    public double Max => _values.Max();

    public void Add(double value) => _values.Add(value);

    /// <summary>The median, and where they differ the smallest and the largest.</summary>
    public override string ToString() =>
        _values.Count == 1 || Text(Min) == Text(Max) ? Text(Median) : $"{Text(Median)} ({Text(Min)} to {Text(Max)})";

    public static string Text(double value) =>
        value.ToString(
            value >= 100 || (value >= 1 && double.IsInteger(value)) ? "N0" : value >= 10 ? "0.0" : "0.00",
            CultureInfo.InvariantCulture);
}
