namespace ChunkUploader.Tests.Support;

/// <summary>Where the sources are that the tests were built from.</summary>
static class ProjectFolders
{
    public static string Root { get; } = FindRoot();

    public static string Web { get; } = Path.Combine(Root, "ChunkUploader.Web");

    public static string Client { get; } = Path.Combine(Web, "ClientApp");

    public static string Tests { get; } = Path.Combine(Root, "ChunkUploader.Tests");

    static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ChunkUploader.sln")))
        {
            folder = Path.GetDirectoryName(folder)
                ?? throw new DirectoryNotFoundException("The tests do not stand inside the solution's folder.");
        }

        return folder;
    }
}
