namespace ChunkUploader.Domain.Sessions;

/// <summary>Keeps an upload in memory until it is disposed.</summary>
public sealed class UploadLease(ActiveUpload upload, Action left) : IDisposable
{
    public ActiveUpload Upload => upload;

    public void Dispose()
    {
        upload.Leave();
        left();
    }
}
