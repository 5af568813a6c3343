using System.Globalization;

namespace ChunkUploader.Web.ViewModels;

/// <summary>Sizes as people read them.</summary>
static class Sizes
{
    static readonly string[] Units = ["bytes", "KiB", "MiB", "GiB", "TiB"];

    public static string Format(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        for (; value >= 1024 && unit < Units.Length - 1; unit++)
        {
            value /= 1024;
        }

        if (bytes == 1)
        {
            return "1 byte";
        }

        var format = unit == 0 || value >= 100 ? "0" : "0.0";
        return $"{value.ToString(format, CultureInfo.InvariantCulture)} {Units[unit]}";
    }
}
