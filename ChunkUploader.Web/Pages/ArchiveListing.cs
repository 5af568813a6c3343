namespace ChunkUploader.Web.Pages;

/// <summary>What an archive holds.</summary>
/// <param name="Entries">The first ones, in the archive's order.</param>
/// <param name="Total">How many there are.</param>
/// <param name="Size">Of all of them together, in bytes.</param>
public sealed record ArchiveListing(IReadOnlyList<ArchiveEntry> Entries, int Total, long Size);

/// <param name="Name">With its folders; the name of a folder ends with a slash.</param>
/// <param name="Size">Unpacked, in bytes.</param>
public sealed record ArchiveEntry(string Name, long Size);
