using ChunkUploader.Web.Multipart;

namespace ChunkUploader.Web.Api;

/// <summary>The field of <c>POST /uploads/{id}/take-over</c>, as it was sent.</summary>
/// <param name="Secret">What stands behind the <c>.</c> in the owner's <c>resumeUrl</c>.</param>
public sealed record OwnershipTransferInput(string? Secret) : IUploadInput<OwnershipTransferInput>
{
    public static OwnershipTransferInput From(UploadForm form) => new(form.Field("secret"));
}
