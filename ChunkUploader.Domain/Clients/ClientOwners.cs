using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Domain.Clients;

/// <summary>
/// Whose the sessions of form clients are. Such clients name no session and send no secret of their own, and a browser
/// that was never here has no cookie. So:
/// <list type="number">
/// <item>Who is known, by a cookie or by <c>X-Upload-Owner</c>, owns what they begin.</item>
/// <item>Else a file whose identifier nobody can guess is its own owner. Whoever owns it, who sends the identifier goes on
/// with it, from any address, with any cookie or none.</item>
/// <item>Else it is the guest's: a guess by address and program, which goes on with a session by the form's key
/// alone and lists nothing.</item>
/// </list>
/// The answer to a guest brings a cookie. A page sends its first requests at once, so several answers bring one each,
/// every one for a visitor of its own (two people behind one address must never become one visitor), and the last one
/// stays. Therefore the cookie says which guest it was given to: what that guest began around that time is found with
/// each of these cookies, and as long as one may still replace another, new sessions are the guest's, too. As the guest
/// is named by the cookie, and not by the address of the moment, a change of networks loses nothing.
/// </summary>
static class ClientOwners
{
    /// <summary>Who owns the session that begins now.</summary>
    public static string KeyOfNew(ChunkedFile file, Owner owner) =>
        owner is { IsStable: true, Former: not { IsRecent: true } } ? owner.Key
        : file.SecretOwner ?? owner.Former?.Key ?? owner.Key;

    /// <summary>Whose sessions may be the file's, the likeliest first, and when they must have begun.</summary>
    /// <returns>A null key is anyone's.</returns>
    public static IEnumerable<(string? Key, Func<DateTimeOffset, bool> Covers)> KeysOf(ChunkedFile file, Owner owner)
    {
        if (file.SecretOwner is not null)
        {
            yield return (null, _ => true);
            yield break;
        }

        yield return (owner.Key, _ => true);

        if (owner.Former is { } guest)
        {
            yield return (guest.Key, guest.Covers);
        }
    }
}
