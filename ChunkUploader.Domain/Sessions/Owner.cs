namespace ChunkUploader.Domain.Sessions;

/// <summary>Whose uploads they are. Sessions of two owners never mix.</summary>
/// <param name="Key">A text that is the same whenever the same owner comes.</param>
/// <param name="IsStable">False for a guess by address and program: good enough to go on with a session whose id is
/// known, but such an owner never sees a list of sessions and never resumes one by a file's name.</param>
/// <param name="Address">Where the request came from; an owner is free to invent a key, but not this.</param>
public sealed record Owner(string Key, bool IsStable, string Address = "")
{
    /// <summary>What the keys of those who are not known begin with.</summary>
    public const string GuestPrefix = "guest:";

    /// <summary>Who a visitor was before the answer that brought the cookie; null where that does not matter any more,
    /// or never did. See <c>ClientOwners</c>.</summary>
    public FormerGuest? Former { get; init; }

    /// <summary>The same request, on behalf of the session that was found for it.</summary>
    public Owner For(UploadSession session) => this with { Key = session.Owner };
}

/// <summary>A guest who has become a visitor.</summary>
/// <param name="Key">The guest's own.</param>
/// <param name="IsRecent">Other answers to requests that were sent at the same time may still replace the cookie.</param>
/// <param name="From">The guest's sessions and files that are older belong to others: many may be this guest.</param>
/// <param name="Until">So do those that are younger.</param>
public sealed record FormerGuest(string Key, bool IsRecent, DateTimeOffset From, DateTimeOffset Until)
{
    /// <summary>Whether what the guest began at that time may be this visitor's.</summary>
    public bool Covers(DateTimeOffset at) => From <= at && at <= Until;
}
