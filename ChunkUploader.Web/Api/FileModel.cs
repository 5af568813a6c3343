using ChunkUploader.Domain.Catalog;
using ChunkUploader.Web.Clients;
using ChunkUploader.Web.Downloads;

namespace ChunkUploader.Web.Api;

/// <summary>A stored file in the API's answers and on its page. URLs begin at the server's root.</summary>
public sealed record FileModel
{
    /// <summary>32 hex digits.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>In bytes.</summary>
    public required long Size { get; init; }

    public required string Md5 { get; init; }

    /// <summary>SHA-256 over the SHA-256 digests of the file's blocks of 4 MiB.</summary>
    public required string ContentHash { get; init; }

    public required string ContentType { get; init; }

    public required DateTimeOffset UploadedAt { get; init; }

    /// <summary>Its page.</summary>
    public required string Url { get; init; }

    public required string DownloadUrl { get; init; }

    /// <summary>Null for what is only offered for download.</summary>
    public required string? PreviewUrl { get; init; }

    /// <summary>True if no bytes were sent for it.</summary>
    public required bool Instant { get; init; }

    public static FileModel Of(StoredFile file, PathString pathBase)
    {
        var url = $"{pathBase.ToUriComponent()}/files/{file.Id}";
        return new FileModel
        {
            Id = file.Id.ToString(),
            Name = file.Name,
            Size = file.Blob!.Size,
            Md5 = file.Blob.Md5.ToString(),
            ContentHash = file.Blob.ContentHash.ToString(),
            ContentType = file.ContentType,
            UploadedAt = file.UploadedAt.ToMilliseconds(),
            Url = url,
            DownloadUrl = $"{url}/download",
            PreviewUrl = MediaTypes.IsShown(file.ContentType) || MediaTypes.IsText(file.ContentType) ? $"{url}/preview" : null,
            Instant = file.Instant,
        };
    }
}
