using ChunkUploader.Domain;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Hashing;

namespace ChunkUploader.Web.Api;

/// <summary>
/// The <c>Content-Digest</c> header of RFC 9530, a dictionary of digests of the body: <c>sha-256=:BASE64:</c>.
/// Algorithms other than SHA-256 are passed over, as the RFC allows.
/// </summary>
static class ContentDigest
{
    public const string Header = "Content-Digest";

    const string Name = "sha-256=:";

    /// <exception cref="UploadException"><see cref="UploadErrorCode.InvalidInput"/>.</exception>
    public static DeclaredDigests? Of(IHeaderDictionary headers)
    {
        foreach (var member in headers[Header].SelectMany(value => value?.Split(',') ?? []))
        {
            var text = member.Trim();
            if (text.StartsWith(Name, StringComparison.Ordinal))
            {
                return DeclaredDigests.OfWhole(Parse(text[Name.Length..]));
            }
        }

        return null;
    }

    static Sha256Digest Parse(string text)
    {
        var end = text.IndexOf(':', StringComparison.Ordinal);
        Span<byte> bytes = stackalloc byte[Sha256Digest.ByteLength];
        return end > 0 && Convert.TryFromBase64String(text[..end], bytes, out var length) && length == bytes.Length
            ? new Sha256Digest(bytes)
            : throw new UploadException(
                UploadErrorCode.InvalidInput, "Content-Digest must be sha-256=:BASE64 of 32 bytes:.");
    }
}
