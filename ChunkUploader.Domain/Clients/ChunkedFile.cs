using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Domain.Clients;

/// <summary>The file that a form client's chunk belongs to.</summary>
/// <param name="Description">With its <see cref="FileDescription.ClientKey"/>.</param>
/// <param name="Plan">What is known of how it is cut; may be open.</param>
public sealed record ChunkedFile(FileDescription Description, ChunkPlan Plan)
{
    /// <summary>
    /// The client has said neither an identifier nor a size, so that any other file of the name is known by the same
    /// key.
    /// </summary>
    public bool IsKnownByName { get; init; }

    public string Key => Description.ClientKey!;

    /// <summary>The key of the owner that is made of the file's identifier; null unless nobody can guess that.</summary>
    public string? SecretOwner { get; init; }

    /// <summary>Whether a digest was sent along: another file is found out by it, whatever is not sent.</summary>
    public bool HasDigest => Description.Md5 is not null || Description.ContentHash is not null;

    /// <summary>
    /// Whether a session under the same key is this file's: nothing that both know differs, be it that the page now
    /// cuts another way.
    /// </summary>
    public bool Matches(UploadSession session) =>
        !session.HasDigestMismatch && session.Plan.IsCompatibleWith(Plan) && HasCompatibleDigests(session);

    public bool HasCompatibleDigests(UploadSession session) =>
        (session.Md5 ?? Description.Md5) == (Description.Md5 ?? session.Md5)
        && (session.ContentHash ?? Description.ContentHash) == (Description.ContentHash ?? session.ContentHash);
}
