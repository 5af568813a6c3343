using System.Globalization;
using Microsoft.Extensions.Localization;

namespace ChunkUploader.Web.ViewModels;

/// <summary>Sizes as people read them.</summary>
static class Sizes
{
    static readonly string[] Units = ["KiB", "MiB", "GiB", "TiB"];

    public static string Format(long bytes, IStringLocalizer texts)
    {
        if (bytes < 1024)
        {
            return bytes == 1 ? texts["size.byte"] : texts["size.bytes", bytes];
        }

        var (value, unit) = (bytes / 1024.0, 0);
        for (; value >= 1024 && unit < Units.Length - 1; unit++)
        {
            value /= 1024;
        }

        var format = value >= 100 ? "0" : "0.0";
        return $"{value.ToString(format, CultureInfo.InvariantCulture)} {Units[unit]}";
    }
}
