namespace ChunkUploader.Domain.Uploads;

/// <summary>Keeps an upload in memory until it is disposed.</summary>
public sealed class UploadLease(OpenUpload upload, Action left) : IDisposable
{
    public OpenUpload Upload => upload;

    public void Dispose()
    {
        upload.Leave();
        left();
    }
}
