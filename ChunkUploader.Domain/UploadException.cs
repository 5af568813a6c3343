using System.Diagnostics.CodeAnalysis;
using ChunkUploader.Domain.Chunks;

namespace ChunkUploader.Domain;

/// <summary>A refusal. What was there before is as it was.</summary>
[SuppressMessage("Design", "CA1032", Justification = "A refusal always has a code.")]
public sealed class UploadException(UploadErrorCode code, string detail, Exception? cause = null)
    : Exception(detail, cause)
{
    const int OutOfSpace = 28; // ENOSPC
    const int OverQuota = 122; // EDQUOT
    const int WindowsDiskFull = unchecked((int)0x80070070);

    public UploadErrorCode Code { get; } = code;

    /// <summary>After which time the same request may succeed; null if it never will.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// With <see cref="UploadErrorCode.ChunksMissing"/>: the first ranges of missing chunks, both ends included.
    /// </summary>
    public IReadOnlyList<IndexRange>? Missing { get; init; }

    /// <summary>With <see cref="UploadErrorCode.FileTooLarge"/>: the most that a file may have, in bytes.</summary>
    public long? MaxFileSize { get; init; }

    /// <param name="limit">The most that a file may have, in bytes.</param>
    public static UploadException TooLarge(long limit) =>
        new(UploadErrorCode.FileTooLarge, $"This server takes files of up to {ByteSize.Format(limit)}.")
        {
            MaxFileSize = limit,
        };

    /// <summary>To be tried again soon: by then it is known which chunks are missing.</summary>
    public static UploadException BytesLost(Exception? cause = null) =>
        new(
            UploadErrorCode.BytesLost,
            "The server's disk has lost bytes of this upload. What is missing has to be sent again.",
            cause)
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        };

    /// <summary>Whether the disk is full, or the quota of the server's user. What is promised to uploads is refused before
    /// that, by <see cref="Sessions.SpaceReservations"/>.</summary>
    public static bool IsStorageFull(IOException exception) =>
        exception.HResult is OutOfSpace or OverQuota or WindowsDiskFull;

    public static UploadException StorageFull() =>
        new(UploadErrorCode.StorageFull, "There is no room left on the server.");

    public static UploadException NotFound() =>
        new(UploadErrorCode.UploadNotFound,
            "There is no such upload. It may have been completed, cancelled or expired.");
}
