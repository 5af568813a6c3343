namespace ChunkUploader.Tests.Support;

/// <summary>A folder of a test's own, gone with it.</summary>
/// <param name="path">One that does not exist yet; null: a new one where the system keeps its temporary
/// files.</param>
sealed class TempFolder(string? path = null) : IDisposable
{
    public string Path { get; } = path is null
        ? Directory.CreateTempSubdirectory("chunk-uploader-").FullName
        : Directory.CreateDirectory(path).FullName;

    public string Combine(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
