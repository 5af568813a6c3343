using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ChunkUploader.Web.Clients;

/// <summary>
/// Identifiers that nobody can guess: random UUIDs (RFC 9562, version 4), which are told by their form. 32 hex digits are
/// not taken for one: they are as often the md5 of the file, which others may know.
/// </summary>
static partial class SecretIdentifiers
{
    /// <summary>The key of the owner that a file's identifiers stand for, which does not tell them; null if all of them
    /// can be guessed.</summary>
    public static string? OwnerOf(IEnumerable<string?> identifiers) =>
        identifiers.FirstOrDefault(one => one is not null && RandomUuid().IsMatch(one)) is { } secret
            ? $"form:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)))}"
            : null;

    [GeneratedRegex(
        "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", RegexOptions.IgnoreCase)]
    private static partial Regex RandomUuid();
}
