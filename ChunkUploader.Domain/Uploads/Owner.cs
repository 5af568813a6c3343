namespace ChunkUploader.Domain.Uploads;

/// <summary>Whose uploads they are. Sessions of two owners never mix.</summary>
/// <param name="Key">A text that is the same whenever the same owner comes.</param>
/// <param name="IsKnown">False for a guess by address and program: good enough to go on with a session whose id is
/// known, but such an owner never sees a list of sessions and never resumes one by a file's name.</param>
/// <param name="Address">Where the request came from; an owner is free to invent a key, but not this.</param>
public sealed record Owner(string Key, bool IsKnown, string Address = "");
