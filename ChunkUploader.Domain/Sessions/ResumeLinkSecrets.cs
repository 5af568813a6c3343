using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ChunkUploader.Domain.Sessions;

/// <summary>
/// What a resume link carries beside a session's id. It is computed, nothing of it is stored; and as it is computed of
/// the session's owner, too, a link is dead once somebody has taken the session over by it.
/// </summary>
/// <param name="key">32 random bytes, the same over restarts.</param>
public sealed class ResumeLinkSecrets(byte[] key)
{
    const int Length = 16;

    /// <returns>128 bits as base64url.</returns>
    public string Of(Id<UploadSession> id, string owner) =>
        Base64Url.EncodeToString(
            HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{id}\n{owner}")).AsSpan(0, Length));

    /// <summary>Compared in constant time.</summary>
    public bool IsOf(string? secret, Id<UploadSession> id, string owner) =>
        CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(secret ?? ""), Encoding.UTF8.GetBytes(Of(id, owner)));
}
