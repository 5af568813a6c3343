using ChunkUploader.Domain.Hashing;
using ChunkUploader.Web.Multipart;

namespace ChunkUploader.Web.Api;

/// <summary>The fields of <c>POST /uploads/{id}/digests</c> and <c>…/complete</c>, as they were sent.</summary>
public record DigestsInput : IUploadInput<DigestsInput>
{
    /// <summary>Of the file.</summary>
    public string? Md5 { get; init; }

    /// <summary>SHA-256 over the SHA-256 digests of the file's blocks of 4 MiB.</summary>
    public string? ContentHash { get; init; }

    public static DigestsInput From(UploadForm form) =>
        new() { Md5 = form.Field("md5"), ContentHash = form.Field("contentHash") };

    public Md5Digest? ParseMd5() => Md5Digest.TryParse(Md5, out var md5) ? md5 : null;

    public ContentHash? ParseContentHash() =>
        Domain.Hashing.ContentHash.TryParse(ContentHash, out var hash) ? hash : null;
}
