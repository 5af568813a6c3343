using System.Globalization;

namespace ChunkUploader.Web.Pages;

/// <summary>Times as people read them, in UTC.</summary>
static class Times
{
    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
