using ChunkUploader.Web.Multipart;

namespace ChunkUploader.Web.Api;

/// <summary>The field of <c>POST /uploads/{id}/take-over</c>, as it was sent.</summary>
public sealed record OwnershipTransferInput(string? Secret) : IUploadInput<OwnershipTransferInput>
{
    public static OwnershipTransferInput From(UploadForm form) => new(form.Field("secret"));
}
