namespace ChunkUploader.Tests.Support;

/// <summary>A folder of a test's own, gone with it.</summary>
sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("chunk-uploader-").FullName;

    public string Combine(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
