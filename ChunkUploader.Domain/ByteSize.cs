using System.Globalization;

namespace ChunkUploader.Domain;

/// <summary>Sizes as people read them.</summary>
public static class ByteSize
{
    static readonly string[] Units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <summary><c>1 byte</c>, <c>980 KiB</c>, <c>1.5 MiB</c>: three digits at most before the unit, one after the
    /// point.</summary>
    public static string Format(long bytes)
    {
        var (value, unit) = Scale(bytes);
        return bytes == 1 ? "1 byte" : $"{value} {unit}";
    }

    /// <param name="bytes">Not negative.</param>
    /// <returns>The number in front of the unit, and the unit.</returns>
    public static (string Value, string Unit) Scale(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        for (; value >= 1000 && unit < Units.Length - 1; unit++)
        {
            value /= 1024;
        }

        var format = unit > 0 && value < 100 ? "0.0" : "0";
        return (value.ToString(format, CultureInfo.InvariantCulture), Units[unit]);
    }
}
