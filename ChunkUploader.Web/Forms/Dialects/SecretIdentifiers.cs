using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ChunkUploader.Web.Forms.Dialects;

/// <summary>
/// Identifiers that nobody can guess: random UUIDs (RFC 9562, version 4), which are told by their form. 32 hex digits are
/// not taken for one: they are as often the md5 of the file, which others may know.
/// </summary>
static partial class SecretIdentifiers
{
    /// <summary>The key of the owner that an identifier stands for, which does not tell the identifier; null if it can
    /// be guessed.</summary>
    public static string? OwnerOf(string? identifier) =>
        identifier is not null && RandomUuid().IsMatch(identifier)
            ? $"form:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identifier)))}"
            : null;

    [GeneratedRegex(
        "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", RegexOptions.IgnoreCase)]
    private static partial Regex RandomUuid();
}
