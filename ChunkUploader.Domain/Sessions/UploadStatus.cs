using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Completion;

namespace ChunkUploader.Domain.Sessions;

/// <summary>A session as its owner sees it.</summary>
/// <param name="IsCompleting">Everything is in; verifying and publishing are under way.</param>
/// <param name="Challenge">An instant upload is on offer.</param>
/// <param name="File">Once completed, unless it was deleted since.</param>
public sealed record UploadStatus(
    UploadSession Session, bool IsCompleting, PossessionChallenge? Challenge, StoredFile? File)
{
    /// <summary>True only in the answer to the request that began the session.</summary>
    public bool IsNew { get; init; }

    /// <summary>True only in the answer to a proof that was judged wrong.</summary>
    public bool IsWrongProof { get; init; }

    /// <summary>Whether hashing the file before sending it is worth it, or would have been; null where that was not asked
    /// or is not told.</summary>
    public bool? Candidate { get; init; }
}
