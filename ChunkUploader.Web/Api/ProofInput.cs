using ChunkUploader.Domain.Hashing;
using ChunkUploader.Web.Multipart;

namespace ChunkUploader.Web.Api;

/// <summary>The field of <c>POST /uploads/{id}/proof</c>, as it was sent.</summary>
/// <param name="Answer">SHA-256 over the nonce's 32 bytes and the bytes of the ranges.</param>
public sealed record ProofInput(string? Answer) : IUploadInput<ProofInput>
{
    public static ProofInput From(UploadForm form) => new(form.Field("answer"));

    public Sha256Digest ParseAnswer() => Sha256Digest.TryParse(Answer, out var answer) ? answer : default;
}
