using ChunkUploader.Domain.Files;
using ChunkUploader.Domain.Uploads;

namespace ChunkUploader.Domain.Forms;

/// <summary>How far a form client's upload is.</summary>
/// <param name="Index">The chunk that was received or asked for; null where it was none.</param>
/// <param name="Next">The lowest missing chunk; null when all are in.</param>
/// <param name="Missing">The lowest missing chunks, in order; at most 1,000.</param>
/// <param name="Received">The chunks that need not be sent, in order; may be many.</param>
/// <param name="File">Once completed.</param>
public sealed record FormReceipt(
    int? Index,
    ChunkPlan Plan,
    int ReceivedCount,
    int? Next,
    IEnumerable<int> Missing,
    IEnumerable<int> Received,
    StoredFile? File)
{
    const int MaxMissing = 1000;

    /// <summary>All is in, and being verified.</summary>
    public bool IsCompleting { get; init; }

    public static FormReceipt Completed(UploadSession session, int? index, StoredFile? file)
    {
        var count = session.Plan.Count ?? 0;
        return new FormReceipt(index, session.Plan, count, null, [], Enumerable.Range(0, count), file);
    }

    /// <summary>A chunk of a completed file that came again; the others may be another file's, and have to come.</summary>
    public static FormReceipt Repeated(UploadSession session, int index, StoredFile file) =>
        Completed(session, index, file) with { Received = [index] };

    /// <param name="wanted">Chunks that are in and have to be sent once more, to be compared.</param>
    public static FormReceipt Of(OpenUpload upload, int? index, IReadOnlyCollection<int> wanted)
    {
        var session = upload.Session;
        var parked = session.ParkedChunk;
        var inherited = session.Form?.Inherited?.Indices().Count(i => !session.Received.Contains(i)) ?? 0;
        var missing = Indices(session.Received.Missing(MaxMissing))
            .Where(i => i != parked)
            .Take(MaxMissing)
            .Union(wanted)
            .Order()
            .Take(MaxMissing)
            .ToList();
        return new FormReceipt(
            index,
            session.Plan,
            session.Received.ReceivedCount + (parked is null ? 0 : 1) + inherited,
            missing.Count > 0 ? missing[0] : null,
            missing,
            Indices(session.Received.Received())
                .Concat(parked is { } last ? [last] : [])
                .Where(i => !wanted.Contains(i)),
            null);
    }

    static IEnumerable<int> Indices(IEnumerable<IndexRange> ranges) =>
        ranges.SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1));
}
