using System.Buffers;
using System.IO.Pipelines;
using ChunkUploader.Domain.Catalog;

namespace ChunkUploader.Domain.Chunks;

/// <summary>
/// Where bytes arrive: a part is filled chunk by chunk in any order, until <see cref="CommitAsync"/> turns it into a blob of
/// the <see cref="IBlobStore"/>. It goes by the blob's id, which is known when a session starts. A part that the disk has
/// failed to take, or that was removed, replaced or cut by others since it was written to, is refused as
/// <see cref="UploadErrorCode.BytesLost"/>, whatever is to be done with it, until it is adopted or deleted; so is one that
/// has grown, when it is committed, which is cut to its size once it was adopted. Every implementation must pass the
/// store's contract tests.
/// </summary>
public interface IPartStore
{
    /// <summary>Bytes that may still be stored, with the operator's reserve already taken off.</summary>
    long FreeBytes { get; }

    /// <summary>The same for as long as the process runs.</summary>
    PartLimits Limits { get; }

    /// <summary>
    /// Writes exactly <paramref name="range"/>.Length bytes of <paramref name="body"/> to their place, never a byte
    /// beyond, and returns when the store would survive a crash of the process with them.
    /// </summary>
    /// <param name="observe">Is shown every buffer of bytes, in order, before it is written.</param>
    /// <returns>What tells the part that was written to from any other that may come in its place, to be saved for
    /// <see cref="Recognizes"/>.</returns>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunkLengthMismatch"/>: the body is shorter or
    /// longer; <see cref="UploadErrorCode.StorageFull"/>; <see cref="UploadErrorCode.BytesLost"/>.</exception>
    Task<string> WriteChunkAsync(
        Id<Blob> blob, ChunkRange range, PipeReader body, Action<ReadOnlySequence<byte>> observe, CancellationToken ct);

    /// <summary>Writes the whole body to a new part, from its start; otherwise as <see cref="WriteChunkAsync"/>.</summary>
    /// <returns>How many bytes it had.</returns>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.FileTooLarge"/>: it has more than
    /// <paramref name="maxLength"/> bytes; <see cref="UploadErrorCode.StorageFull"/>.</exception>
    Task<long> WriteAsync(
        Id<Blob> blob,
        PipeReader body,
        long maxLength,
        Action<ReadOnlySequence<byte>> observe,
        CancellationToken ct);

    /// <summary>
    /// Reads the whole body and compares it with the bytes that are stored; nothing is written. Where the body breaks
    /// off after bytes that differ, that is the answer.
    /// </summary>
    /// <param name="observe">Is shown every buffer of the body's bytes, in order.</param>
    Task<bool> ChunkEqualsAsync(
        Id<Blob> blob, ChunkRange range, PipeReader body, Action<ReadOnlySequence<byte>> observe, CancellationToken ct);

    /// <summary>Shows the stored bytes of a part or blob to <paramref name="observe"/>, in order, in runs.</summary>
    /// <exception cref="IOException">The bytes are not all there.</exception>
    Task ReadAsync(
        Id<Blob> blob, long offset, long length, Action<ReadOnlySequence<byte>> observe, CancellationToken ct);

    /// <summary>Returns when all bytes of a part, which is written from its start to its end, would survive a loss of
    /// power.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.BytesLost"/>.</exception>
    Task FlushAsync(Id<Blob> blob, CancellationToken ct);

    /// <summary>
    /// Flushes a part of <paramref name="size"/> bytes and turns it into a blob, in one step that survives a loss of
    /// power. May be repeated. An empty blob needs no part.
    /// </summary>
    /// <exception cref="IOException">The part does not have that size.</exception>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.BytesLost"/>, <see cref="UploadErrorCode.StorageFull"/>.
    /// </exception>
    Task CommitAsync(Id<Blob> blob, long size, CancellationToken ct);

    /// <summary>
    /// Whether the part is the one that was written to and has at least <paramref name="length"/> bytes. If so, it must
    /// be that from now on.
    /// </summary>
    /// <param name="part">What <see cref="WriteChunkAsync"/> returned; null if it was not called yet.</param>
    /// <param name="mayBeCommitted">Then the blob that it has become does as well. Else a blob of that id is another
    /// database's, and the part must not become it.</param>
    bool Recognizes(Id<Blob> blob, string? part, long length, bool mayBeCommitted);

    /// <summary>Takes the part as it is now for the one that is written to; what it has is to be compared by the
    /// caller.</summary>
    /// <returns>What tells it from any other; null if there is none, or nothing of it can be trusted: the upload begins
    /// anew.</returns>
    /// <param name="mayBeCommitted">See <see cref="Recognizes"/>.</param>
    string? Adopt(Id<Blob> blob, bool mayBeCommitted);

    /// <summary>Makes a blob that was never published a part again, in one step that survives a loss of power. May be
    /// repeated.</summary>
    /// <returns>False, with nothing changed, where its bytes are another blob's too.</returns>
    Task<bool> TryUncommitAsync(Id<Blob> blob, CancellationToken ct);

    /// <summary>Removes a part, never a blob of the same id; does nothing where there is none.</summary>
    Task DeletePartAsync(Id<Blob> blob, CancellationToken ct);
}
