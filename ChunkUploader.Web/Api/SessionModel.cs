using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Web.Api;

/// <summary>A session in the API's answers. Sizes and counts are null where a form client has not said them yet.</summary>
public sealed record SessionModel
{
    /// <summary>32 hex digits.</summary>
    public required string Id { get; init; }

    public required SessionState State { get; init; }

    public required string FileName { get; init; }

    public required string? RelativePath { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    public required long? LastModified { get; init; }

    /// <summary>In bytes.</summary>
    public required long? Size { get; init; }

    /// <summary>In bytes; the last chunk is the rest.</summary>
    public required long? ChunkSize { get; init; }

    public required int? ChunkCount { get; init; }

    public required int ReceivedCount { get; init; }

    /// <summary>Runs of received chunks, first and last index.</summary>
    public required IEnumerable<int[]> Received { get; init; }

    /// <summary>The lowest missing chunk; null when all are in.</summary>
    public required int? Next { get; init; }

    /// <summary>Every chunk puts it off.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>
    /// Hashing first is worth it: a stored file that the caller may know of has the same size and first block. Of a file
    /// that was sent along: it was there already.
    /// </summary>
    public required bool? Candidate { get; init; }

    /// <summary>With the state <c>proof</c>.</summary>
    public required ChallengeModel? Challenge { get; init; }

    /// <summary>With the state <c>completed</c>; null if it was deleted since.</summary>
    public required FileModel? File { get; init; }

    /// <summary>
    /// The page that takes the session over, on whatever device it is opened; null where nothing is left to send. The
    /// secret is in the fragment, which browsers send to nobody, so it gets into no log.
    /// </summary>
    public required string? ResumeUrl { get; init; }

    public static SessionModel Of(UploadStatus status, FileModel? file, string? resumeUrl)
    {
        var (session, isOver) = (status.Session, status.Session.State == UploadState.Completed);
        return new SessionModel
        {
            Id = session.Id.ToString(),
            State = isOver ? SessionState.Completed
                : status.IsCompleting ? SessionState.Completing
                : status.Challenge is not null ? SessionState.Proof
                : SessionState.Receiving,
            FileName = session.FileName,
            RelativePath = session.RelativePath,
            LastModified = session.LastModified,
            Size = session.Plan.Size,
            ChunkSize = session.Plan.ChunkSize,
            ChunkCount = session.Plan.Count,
            ReceivedCount = isOver ? session.Received.Count : session.Received.ReceivedCount,
            Received = [.. RangesOf(session, isOver)],
            Next = isOver ? null : session.Received.Next,
            ExpiresAt = session.ExpiresAt.ToMilliseconds(),
            Candidate = status.Candidate,
            Challenge = status.Challenge is { } challenge
                ? new ChallengeModel(
                    Convert.ToHexStringLower(challenge.Nonce),
                    challenge.Ranges().Select(range => new[] { range.Offset, range.Length }))
                : null,
            File = file,
            ResumeUrl = resumeUrl,
        };
    }

    static IEnumerable<int[]> RangesOf(UploadSession session, bool isOver) =>
        isOver
            ? session.Received.Count > 0 ? [[0, session.Received.Count - 1]] : []
            : session.Received.Received().Select(range => new[] { range.First, range.Last });
}

/// <summary>An offer of an instant upload.</summary>
/// <param name="Nonce">32 bytes in hex.</param>
/// <param name="Ranges">Offset and length of each range, in bytes.</param>
public sealed record ChallengeModel(string Nonce, IEnumerable<long[]> Ranges);
