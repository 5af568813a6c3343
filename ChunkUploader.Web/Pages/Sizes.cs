using System.Globalization;
using ChunkUploader.Domain;
using Microsoft.Extensions.Localization;

namespace ChunkUploader.Web.Pages;

/// <summary>Sizes as people read them, in the visitor's language.</summary>
static class Sizes
{
    public static string Format(long bytes, IStringLocalizer texts)
    {
        if (bytes < 1000)
        {
            return bytes == 1 ? texts["size.byte"] : texts["size.bytes", bytes];
        }

        var (value, unit) = ByteSize.Scale(bytes);
        return $"{value} {unit}";
    }

    /// <summary>With the exact number of bytes beside it, where that says more.</summary>
    public static string FormatExact(long bytes, IStringLocalizer texts) =>
        bytes < 1000
            ? Format(bytes, texts)
            : texts["size.exact", Format(bytes, texts), bytes.ToString("N0", CultureInfo.InvariantCulture)];
}
