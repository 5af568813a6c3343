using System.Security.Cryptography;
using ChunkUploader.Domain.Access;
using Microsoft.AspNetCore.Identity;

namespace ChunkUploader.Web.Security;

/// <summary>
/// The one password of the admin pages. It is made at the first start, printed once, and kept only as a hash.
/// </summary>
public sealed class AdminPassword(IAdminCredentialStore store)
{
    const string Alphabet = "abcdefghijkmnpqrstuvwxyz23456789";
    const int Length = 24;
    static readonly object Admin = new();

    readonly PasswordHasher<object> _hasher = new();

    /// <summary>Makes a password where there is none, or a new one where that is asked for.</summary>
    /// <returns>The new password; null where the old one holds.</returns>
    public async Task<string?> EnsureAsync(bool reset, CancellationToken ct)
    {
        if (!reset && await store.FindHashAsync(ct) is not null)
        {
            return null;
        }

        var password = RandomNumberGenerator.GetString(Alphabet, Length);
        await store.SaveAsync(_hasher.HashPassword(Admin, password), NewStamp(), ct);
        return password;
    }

    public async Task<bool> IsAsync(string password, CancellationToken ct) =>
        await store.FindHashAsync(ct) is { } hash
        && _hasher.VerifyHashedPassword(Admin, hash, password) != PasswordVerificationResult.Failed;

    /// <summary>Changes whenever the password does, or somebody signs out: that signs everybody out.</summary>
    public async Task<string> StampAsync(CancellationToken ct) => await store.FindStampAsync(ct) ?? "";

    public Task RenewStampAsync(CancellationToken ct) => store.SaveStampAsync(NewStamp(), ct);

    static string NewStamp() => RandomNumberGenerator.GetHexString(32, lowercase: true);
}
