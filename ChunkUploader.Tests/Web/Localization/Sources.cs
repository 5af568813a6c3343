using ChunkUploader.Tests.Support;

namespace ChunkUploader.Tests.Web.Localization;

/// <summary>The web project's sources, as text.</summary>
static class Sources
{
    public static IEnumerable<(string Path, string Text)> Views => Read("Views", "*.cshtml");

    public static IEnumerable<(string Path, string Text)> Code =>
        Read("Pages", "*.cs").Concat(Read("Api", "*.cs"));

    static IEnumerable<(string Path, string Text)> Read(string folder, string pattern) =>
        Directory.GetFiles(Path.Combine(ProjectFolders.Web, folder), pattern, SearchOption.AllDirectories)
            .Select(path => (Path.GetRelativePath(ProjectFolders.Web, path), File.ReadAllText(path)));
}
