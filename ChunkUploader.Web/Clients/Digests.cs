using ChunkUploader.Domain;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Hashing;

namespace ChunkUploader.Web.Clients;

/// <summary>The digests that any form may carry.</summary>
static class Digests
{
    /// <exception cref="UploadException"><see cref="UploadErrorCode.InvalidInput"/>.</exception>
    public static Md5Digest? Md5(ClientFields fields) =>
        fields.Text("md5") is not { } text ? null
        : Md5Digest.TryParse(text, out var md5) ? md5
        : throw new UploadException(UploadErrorCode.InvalidInput, "md5 must be 32 hex digits.");

    /// <exception cref="UploadException"><see cref="UploadErrorCode.InvalidInput"/>.</exception>
    public static ContentHash? ContentHash(ClientFields fields) =>
        fields.Text("contentHash") is not { } text ? null
        : Domain.Hashing.ContentHash.TryParse(text, out var hash) ? hash
        : throw new UploadException(UploadErrorCode.InvalidInput, "contentHash must be 64 hex digits.");

    /// <summary>Of a chunk: one for each 4 MiB of the body, with commas between.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.InvalidInput"/>.</exception>
    public static DeclaredDigests? Sha256(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var digests = new List<Sha256Digest>();
        foreach (var part in text.Split(','))
        {
            if (!Sha256Digest.TryParse(part.Trim(), out var digest))
            {
                throw new UploadException(
                    UploadErrorCode.InvalidInput,
                    "sha256 must be SHA-256 digests of 64 hex digits, one for each 4 MiB of the chunk, "
                    + "with commas between.");
            }

            digests.Add(digest);
        }

        return new DeclaredDigests(digests);
    }
}
