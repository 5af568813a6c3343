using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;

namespace ChunkUploader.Domain.Clients;

/// <summary>
/// What an upload of a form client has beside an upload through the native API: such clients know no session's id, only
/// weak identifiers of their own.
/// </summary>
/// <param name="Key">What its chunks are known by, among its owner's.</param>
public sealed record ClientState(string Key)
{
    /// <summary>
    /// How long after the answer to a repeat the same client's next request comes, at most. What was repeated before may
    /// be the old file's, sent once more.
    /// </summary>
    static readonly TimeSpan MaxGap = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The chunks that came again with the same bytes and were acknowledged again, before completion or after it: each
    /// may as well have been the first of another file, which will not send it a second time. Null: none.
    /// </summary>
    public IndexSet? Repeated { get; init; }

    /// <summary>Those of them that came one right after the other, up to the last one. Null: none.</summary>
    public IndexSet? RepeatedLately { get; init; }

    /// <summary>When the last of them came.</summary>
    public DateTimeOffset? RepeatedAt { get; init; }

    /// <summary>
    /// The chunks that were acknowledged so, as repeats of a completed file, before this session began: from the first one
    /// on, without a gap. They are copied when only they are missing. Where one of them comes after all, its client
    /// sends the others too, and they become <see cref="Lost"/>. Null: none.
    /// </summary>
    public IndexSet? Inherited { get; init; }

    /// <summary>
    /// The chunks that were acknowledged and cannot be had any more, as the disk has lost them since, or as nobody can know
    /// whether they were this file's: their client takes them for received, and may never ask. Null: none.
    /// </summary>
    public IndexSet? Lost { get; init; }

    /// <summary>
    /// When a chunk came again with other bytes: two files have met under one key, and this is never published.
    /// </summary>
    public DateTimeOffset? ConflictAt { get; init; }

    /// <summary>Where the last chunk is kept as long as nobody knows its place; null if it is not kept so.</summary>
    public Id<Blob>? StagedBlob { get; init; }

    /// <summary>The length of the staged chunk in bytes.</summary>
    public long StagedLength { get; init; }

    /// <summary>Whether a request comes right after the last repeat.</summary>
    /// <param name="began">When it came.</param>
    public bool IsRightAfterRepeat(DateTimeOffset began) => began - RepeatedAt <= MaxGap;

    /// <param name="began">When the request with the chunk came.</param>
    /// <param name="now">When it is answered.</param>
    public ClientState WithRepeat(int index, DateTimeOffset began, DateTimeOffset now)
    {
        var lately = IsRightAfterRepeat(began) ? RepeatedLately : null;
        return this with
        {
            Repeated = (Repeated ?? IndexSet.Empty).With(index),
            RepeatedLately = (lately ?? IndexSet.Empty).With(index),
            RepeatedAt = now,
        };
    }

    /// <param name="differs">A chunk came again and was another one.</param>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.SessionConflict"/>.</exception>
    public void ThrowIfConflicting(bool differs)
    {
        if (differs || ConflictAt is not null)
        {
            throw new UploadException(
                UploadErrorCode.SessionConflict,
                "Two different files were sent under one identifier: send them anew, one after the other.");
        }
    }
}
