using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Sessions;
using Microsoft.Net.Http.Headers;

namespace ChunkUploader.Web.Security;

/// <summary>
/// Who is asking: whom the random <c>X-Upload-Owner</c> names that a script has chosen, even where a cookie came in the
/// middle of its uploads; else the visitor who was given a cookie; else a guess by address and program. The origin is
/// no part of the guess, as browsers name it when a page of this origin posts and not when it asks.
/// </summary>
public sealed partial class OwnerResolver(Visitor visitor, ServerSecret guests) : IOwnerResolver
{
    public const string Header = "X-Upload-Owner";

    /// <summary>Of what the header may hold.</summary>
    public const string Pattern = "^[A-Za-z0-9_-]{22,64}$";

    public Owner Resolve(HttpContext context)
    {
        var request = context.Request;
        if (request.Headers[Header].ToString() is { Length: > 0 } chosen)
        {
            // The header is a secret of the script's: only its hash is kept.
            return RandomText().IsMatch(chosen)
                ? new Owner($"script:{Hash(chosen)}", IsStable: true, Address(context))
                : throw new UploadException(
                    UploadErrorCode.InvalidInput, $"{Header} must be 128 random bits, such as 32 hex digits.");
        }

        if (visitor.Find(request) is var (id, former))
        {
            return new Owner($"visitor:{id}", IsStable: true, Address(context)) { Former = former };
        }

        var guess = $"{Address(context)}\n{request.Headers[HeaderNames.UserAgent]}";
        return new Owner($"{Owner.GuestPrefix}{guests.Derive(guess)}", IsStable: false, Address(context));
    }

    /// <summary>The client's address; of IPv6 the network, as each machine has as many addresses as it likes.</summary>
    public static string Address(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } address)
        {
            return "";
        }

        var bytes = address.IsIPv4MappedToIPv6 ? address.MapToIPv4().GetAddressBytes() : address.GetAddressBytes();
        return Convert.ToHexString(bytes.Length == 16 ? bytes.AsSpan(0, 8) : bytes);
    }

    static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    [GeneratedRegex(Pattern)]
    private static partial Regex RandomText();
}
