using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Clients;
using ChunkUploader.Domain.Hashing;

namespace ChunkUploader.Domain.Sessions;

/// <summary>Sessions and received chunks at rest. What a method has returned from survives a loss of power.</summary>
public interface IUploadRepository
{
    Task AddAsync(UploadSession session, CancellationToken ct);

    /// <returns>The session with its map, and its chunks' digests; null if there is none.</returns>
    Task<(UploadSession Session, IReadOnlyList<ReceivedChunk> Chunks)?> FindAsync(
        Id<UploadSession> id, CancellationToken ct);

    /// <summary>
    /// The owner's sessions of the native API that still receive and can be resumed, with their maps, newest first; at most
    /// 1,000.
    /// </summary>
    Task<IReadOnlyList<UploadSession>> ListReceivingAsync(string owner, CancellationToken ct);

    /// <summary>The owner's sessions of the native API that still receive a file of this name and size, without their maps,
    /// newest first.</summary>
    Task<IReadOnlyList<UploadSession>> ListReceivingAsync(
        string owner, string fileName, long size, CancellationToken ct);

    /// <summary>Of sessions under one key, no more are listed.</summary>
    const int MaxOfOneKey = 64;

    /// <summary>The owner's sessions of form clients under this key, without their maps: at most
    /// <see cref="MaxOfOneKey"/>, those that are not completed before those that are, each newest first.</summary>
    /// <param name="owner">Null for anyone's.</param>
    Task<IReadOnlyList<UploadSession>> ListOfClientAsync(string? owner, string key, CancellationToken ct);

    /// <summary>Sessions of form clients under this key that a guest may have begun as somebody else, without their maps:
    /// those of other guests, and those that anybody began at the guest's address. At most <see cref="MaxOfOneKey"/>,
    /// those that are not completed before those that are, each newest first.</summary>
    /// <param name="guest">The key of the one who is left out.</param>
    /// <param name="address">Where the guest is.</param>
    Task<IReadOnlyList<UploadSession>> ListNearGuestAsync(
        string guest, string address, string key, CancellationToken ct);

    /// <summary>Saves what was repeated of a session that does not receive any more; does nothing where it is
    /// gone.</summary>
    Task SaveRepeatedAsync(Id<UploadSession> id, ClientState client, CancellationToken ct);

    /// <summary>Saves everything of a session but its chunks and its part, which chunks save; where they have prolonged
    /// it further, it stays so, unless two files have met in it.</summary>
    /// <param name="session">Is given its next <see cref="UploadSession.Version"/>.</param>
    /// <exception cref="StaleSessionException">Nothing was changed.</exception>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.UploadNotFound"/>: it is gone.</exception>
    Task UpdateAsync(UploadSession session, CancellationToken ct);

    /// <summary>Keeps a chunk and the session's new expiry. Parallel calls are committed together.</summary>
    /// <param name="hashed">How far the session's digests have come, if that is new.</param>
    Task MarkReceivedAsync(
        Id<UploadSession> id,
        ReceivedChunk chunk,
        DateTimeOffset expiresAt,
        DigestProgress? hashed,
        CancellationToken ct);

    /// <summary>
    /// Keeps how far the digests of a receiving session have come; what is kept already and is further stays.
    /// </summary>
    Task SaveDigestAsync(Id<UploadSession> id, DigestProgress progress, CancellationToken ct);

    /// <returns>All that was saved of a session's digests; null if that is nothing.</returns>
    Task<DigestProgress?> FindDigestAsync(Id<UploadSession> id, CancellationToken ct);

    /// <summary>
    /// Publishes a file and completes its session in one transaction, which also decides whether the content is new: if
    /// there is a blob of the same content hash and size, the file is pointed to it, else <paramref name="blob"/> is
    /// added.
    /// </summary>
    /// <param name="blob">Null if the file is to share the blob that it points to.</param>
    /// <returns>The file with the blob that it points to now, or the one that the session had published before; null,
    /// with nothing changed, if the session is gone meanwhile, or the blob that is to be shared is gone or marked as
    /// damaged.</returns>
    /// <exception cref="StaleSessionException">Nothing was changed.</exception>
    Task<StoredFile?> PublishAsync(UploadSession session, StoredFile file, Blob? blob, CancellationToken ct);

    /// <summary>
    /// Publishes a file that came whole, in one transaction, which decides the same and adds the file's session,
    /// completed, for clients that ask for it.
    /// </summary>
    /// <param name="session">Verified, not saved yet. Like the file, it is told the blob that it points to now.</param>
    /// <returns>False, with nothing changed, if there is a session of this id already.</returns>
    Task<bool> PublishWholeAsync(UploadSession session, StoredFile file, Blob blob, CancellationToken ct);

    /// <summary>How many sessions of the owner still receive.</summary>
    Task<int> CountReceivingAsync(string owner, CancellationToken ct);

    /// <summary>Marks a session's chunks as perhaps lost: they are read before they are trusted.</summary>
    Task RequireVerificationAsync(Id<UploadSession> id, CancellationToken ct);

    /// <summary>
    /// Marks a session as verified, and forgets the chunks whose bytes were lost; if there are any, what was
    /// saved of its digests too, as other bytes may come in their place, and it receives again if it was completing.
    /// </summary>
    /// <param name="blob">Where the bytes go from now on.</param>
    /// <param name="part">The part that has the other chunks; null if there are none.</param>
    Task MarkVerifiedAsync(
        Id<UploadSession> id,
        IReadOnlyCollection<ChunkRange> lostChunks,
        Id<Blob> blob,
        string? part,
        CancellationToken ct);

    /// <summary>
    /// Removes a session with its chunks, in whatever state. Where that is cut short the session is there still, and may
    /// know fewer chunks.
    /// </summary>
    /// <returns>Whether the session's blob is published, so that its bytes have to stay.</returns>
    Task<bool> DeleteAsync(Id<UploadSession> id, CancellationToken ct);

    /// <summary>
    /// Housekeeping: removes what publishing has left of completed sessions' chunks, to be quick.
    /// </summary>
    Task RemoveLeftChunksAsync(CancellationToken ct);

    /// <summary>All sessions that still receive and expire after a time, without their maps.</summary>
    /// <returns>Each with the bytes that it has received.</returns>
    Task<IReadOnlyList<(UploadSession Session, long Received)>> ListReceivingAsync(
        DateTimeOffset expireAfter, CancellationToken ct);

    Task<IReadOnlyList<Id<UploadSession>>> ListExpiredAsync(DateTimeOffset now, CancellationToken ct);

    /// <summary>The sessions that a crash left verified but not published.</summary>
    Task<IReadOnlyList<Id<UploadSession>>> ListCompletingAsync(CancellationToken ct);
}
