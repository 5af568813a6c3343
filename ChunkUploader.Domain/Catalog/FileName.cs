using System.Globalization;
using System.Text;

namespace ChunkUploader.Domain.Catalog;

/// <summary>
/// Sanitizes a name that a client sent, to be shown and offered for download. Names are never used as paths here, but
/// the people who download may do so: hence no folders, no control characters, nothing that reverses the reading
/// direction.
/// </summary>
public static class FileName
{
    public const int MaxLength = 255;
    public const int MaxPathLength = 1024;
    const string Unnamed = "file";
    const string Unportable = "<>:\"/\\|?*";

    static readonly HashSet<string> Devices = new(
        [
            "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$",
            .. "123456789¹²³".SelectMany(digit => new[] { $"COM{digit}", $"LPT{digit}" }),
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>The name without folders, made safe, cut to 255 characters with its extension kept.</summary>
    public static string Clean(string name)
    {
        // What is taken out in front may have hidden that the rest is a path.
        for (string? before = null; name != before;)
        {
            (before, name) = (name, CleanSegment(Split(name)[^1]) ?? Unnamed);
        }

        return name;
    }

    /// <summary>The path's parts made safe and joined by '/'; of a long one, as many folders as there is room for.</summary>
    /// <returns>Null if no folder is left.</returns>
    public static string? CleanPath(string? path)
    {
        if (path is null)
        {
            return null;
        }

        // Where there is no slash, and it is a path all the same, it comes from Windows.
        var parts = path.Contains('/') ? Split(path) : path.Split('\\');
        var segments = parts.Select(CleanSegment).OfType<string>().ToList();
        while (segments.Sum(segment => segment.Length + 1) - 1 > MaxPathLength)
        {
            segments.RemoveAt(segments.Count - 2); // its folder; the file's own name stays
        }

        return segments.Count < 2 ? null : string.Join('/', segments);
    }

    /// <summary>The name as every system can store it: Windows takes neither some characters nor the names of devices,
    /// and reads what stands behind a colon as the name of a stream.</summary>
    public static string ForDownload(string name)
    {
        var portable = string.Concat(name.Select(character => Unportable.Contains(character) ? '_' : character));
        return Devices.Contains(portable.Split('.')[0].TrimEnd()) ? $"_{portable}" : portable;
    }

    /// <summary>A backslash is a character of a name, unless the name is a path of Windows.</summary>
    static string[] Split(string path) =>
        path.StartsWith('\\') || path.StartsWith(".\\", StringComparison.Ordinal) || path.StartsWith("..\\", StringComparison.Ordinal)
        || path is [>= 'A' and <= 'Z' or >= 'a' and <= 'z', ':', '\\' or '/', ..]
            ? path.Split('/', '\\')
            : path.Split('/');

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

        var clean = TrimEnd(text.ToString().TrimStart());
        return clean.EnumerateRunes().Any(IsVisible) ? Cut(clean) : null;
    }

    /// <summary>Letters that are empty, marks without a letter, and dots are no name that anybody sees.</summary>
    static bool IsVisible(Rune rune) =>
        !Rune.IsWhiteSpace(rune)
        && rune.Value is not ('.' or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x2800 or 0x3164 or 0xFFA0)
        && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Format or UnicodeCategory.NonSpacingMark
            or UnicodeCategory.EnclosingMark or UnicodeCategory.OtherNotAssigned);

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
