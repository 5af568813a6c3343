using System.Text.RegularExpressions;

namespace ChunkUploader.Web.OpenApi;

static partial class Prose
{
    /// <summary>Comments are broken as code is.</summary>
    public static string OnOneLine(this string text) => Blanks().Replace(text.Trim(), " ");

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
