namespace ChunkUploader.Tests.Support;

/// <summary>What people are told: their snippets are run, and what they list is compared with what is there.</summary>
static class Documents
{
    public static string Api { get; } = Read("API.md");

    public static string Clients { get; } = Read("CLIENTS.md");

    public static string Operations { get; } = Read("OPERATIONS.md");

    /// <summary>The first example in a language.</summary>
    public static string ExampleIn(string document, string language) =>
        document.Split($"```{language}\n", 2)[1].Split("```", 2)[0];

    static string Read(string name) => File.ReadAllText(Path.Combine(ProjectFolders.Web, "Docs", name));
}
