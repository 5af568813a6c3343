using ChunkUploader.Domain.Content;

namespace ChunkUploader.Domain.Uploads;

/// <summary>
/// What an upload of a form client has beside an upload through the native API: such clients know no session's id, only
/// weak identifiers of their own.
/// </summary>
/// <param name="Key">What its chunks are known by, among its owner's.</param>
public sealed record FormState(string Key)
{
    /// <summary>Once all chunks are in: the one that came last.</summary>
    public int? CompletedBy { get; init; }

    /// <summary>When, after completion, that chunk came again and was answered with the file.</summary>
    public DateTimeOffset? RepeatedAt { get; init; }

    /// <summary>
    /// When a chunk came again with other bytes: two files have met under one key, and this is never published.
    /// </summary>
    public DateTimeOffset? ConflictAt { get; init; }

    /// <summary>Where the last chunk is kept as long as nobody knows its place; null if it is not kept so.</summary>
    public Id<Blob>? ParkedBlob { get; init; }

    /// <summary>The length of the parked chunk in bytes.</summary>
    public long ParkedLength { get; init; }

    /// <param name="differs">A chunk came again and was another one.</param>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.SessionConflict"/>.</exception>
    public void EnsureUnmixed(bool differs)
    {
        if (differs || ConflictAt is not null)
        {
            throw new UploadException(
                UploadErrorCode.SessionConflict,
                "Two different files were sent under one identifier: send them anew, one after the other.");
        }
    }
}
