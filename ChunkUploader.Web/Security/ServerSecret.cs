using System.Security.Cryptography;
using System.Text;
using ChunkUploader.Domain.Access;
using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Web.Security;

/// <summary>
/// A secret that stays the same over restarts, so that what is derived from an address can't be computed by others
/// and does not tell the address.
/// </summary>
public sealed class ServerSecret(ISecretStore secrets)
{
    readonly byte[] _key = secrets.GetOrCreate("guest", HMACSHA256.HashSizeInBytes);

    public string Derive(string text) => Convert.ToHexStringLower(Mac(text));

    /// <summary>Under a key of their own, which no guess by an address can be equal to.</summary>
    public ResumeLinkSecrets ResumeLinkSecrets() => new(Mac("resume links"));

    byte[] Mac(string text) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text));
}
