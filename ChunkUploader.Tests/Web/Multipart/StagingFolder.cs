using ChunkUploader.Infrastructure.Storage;

namespace ChunkUploader.Tests.Web.Multipart;

/// <summary>
/// A folder of a test's own that tells what is left in it: by name, and where the system shows it by handle.
/// </summary>
sealed class StagingFolder : IDisposable
{
    const string OpenFiles = "/proc/self/fd";

    public BlobPaths Paths { get; } = new(Directory.CreateTempSubdirectory("staging-").FullName);

    string Path => Paths.Staging;

    public IEnumerable<string> Names => Directory.EnumerateFileSystemEntries(Path);

    public IEnumerable<string> Handles => Directory.Exists(OpenFiles)
        ? Directory.EnumerateFileSystemEntries(OpenFiles)
            .Select(entry => new FileInfo(entry).LinkTarget)
            .OfType<string>()
            .Where(target => target.StartsWith(Path, StringComparison.Ordinal))
        : [];

    public IEnumerable<string> Leftovers => Names.Concat(Handles);

    public void Dispose() => Directory.Delete(Paths.Root, recursive: true);
}
