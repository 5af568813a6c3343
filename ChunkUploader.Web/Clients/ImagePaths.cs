using ChunkUploader.Web.Api;

namespace ChunkUploader.Web.Clients;

/// <summary>Where clients that show images find them: they put their base URL and a slash in front.</summary>
static class ImagePaths
{
    public static string Of(FileModel file) => $"files/{file.Id}/preview";
}
