using System.Globalization;
using System.Text;

namespace ChunkUploader.Domain.Files;

/// <summary>
/// Makes a name that a client sent fit to be shown and offered for download. Names are never used as paths here, but
/// the people who download may do so: hence no folders, no control characters, nothing that reverses the reading
/// direction.
/// </summary>
public static class FileName
{
    public const int MaxLength = 255;
    public const int MaxPathLength = 1024;
    const string Unnamed = "file";

    /// <summary>The name without folders, made safe, cut to 255 characters with its extension kept.</summary>
    public static string Clean(string name) => CleanSegment(name.Split('/', '\\')[^1]) ?? Unnamed;

    /// <summary>
    /// The path's parts made safe and joined by '/'; null if no folder is left or the path is too long.
    /// </summary>
    public static string? CleanPath(string? path)
    {
        if (path is null)
        {
            return null;
        }

        var segments = path.Split('/', '\\').Select(CleanSegment).OfType<string>().ToArray();
        var clean = string.Join('/', segments);
        return segments.Length < 2 || clean.Length > MaxPathLength ? null : clean;
    }

    static string? CleanSegment(string segment)
    {
        var text = new StringBuilder(segment.Length);
        foreach (var rune in segment.EnumerateRunes())
        {
            // A half of a surrogate pair comes as the replacement character, which is harmless. Format characters
            // include the marks that turn text right to left; the joiners among them are needed to spell some names.
            var category = Rune.GetUnicodeCategory(rune);
            var isHidden = category is UnicodeCategory.Control or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Format or UnicodeCategory.PrivateUse;
            if (!isHidden || rune.Value is 0x200C or 0x200D)
            {
                text.Append(rune.ToString());
            }
        }

        // Joiners alone would be a name that nobody sees.
        var clean = TrimEnd(text.ToString().TrimStart());
        return clean.AsSpan().Trim("\u200C\u200D. ").IsEmpty ? null : Cut(clean);
    }

    /// <summary>Without dots and spaces at its end, which Windows drops from a name.</summary>
    static string TrimEnd(string name)
    {
        var end = name.Length;
        while (end > 0 && (name[end - 1] == '.' || char.IsWhiteSpace(name[end - 1])))
        {
            end--;
        }

        return name[..end];
    }

    static string Cut(string name)
    {
        if (name.Length <= MaxLength)
        {
            return name;
        }

        var dot = name.LastIndexOf('.');
        var extension = dot > 0 && name.Length - dot <= 20 ? name[dot..] : "";
        var end = MaxLength - extension.Length;
        return TrimEnd(string.Concat(name.AsSpan(0, char.IsHighSurrogate(name[end - 1]) ? end - 1 : end), extension));
    }
}
