using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Domain.Clients;

/// <summary>How far a form client's upload is.</summary>
/// <param name="Index">The chunk that was received or asked for; null where it was none.</param>
/// <param name="Next">The lowest chunk that is to be sent; null when all are in.</param>
/// <param name="Missing">The lowest chunks that are to be sent, in order; at most 1,000.</param>
/// <param name="Received">The chunks that need not be sent, in order; may be many.</param>
/// <param name="File">Once completed.</param>
public sealed record ClientReceipt(
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

    public static ClientReceipt Completed(UploadSession session, int? index, StoredFile? file)
    {
        var count = session.Plan.Count ?? 0;
        return new ClientReceipt(index, session.Plan, count, null, [], Enumerable.Range(0, count), file);
    }

    /// <summary>A chunk of a completed file that came again; the others may be another file's, and have to come.</summary>
    public static ClientReceipt Repeated(UploadSession session, int index, StoredFile file) =>
        Completed(session, index, file) with { Received = [index] };

    /// <param name="wanted">Chunks that are in and have to be sent once more, to be compared; null: all of them.</param>
    public static ClientReceipt Of(ActiveUpload upload, int? index, IReadOnlySet<int>? wanted)
    {
        var session = upload.Session;
        var staged = session.StagedChunk;
        var inherited = session.Client?.Inherited?.Indices().Count(i => !session.Received.Contains(i)) ?? 0;
        var received = Indices(session.Received.Received()).Concat(staged is { } last ? [last] : []);
        var missing = Indices(session.Received.Missing(MaxMissing)).Where(i => i != staged).Take(MaxMissing);
        List<int> toSend = wanted is null
            ? [.. Enumerable.Range(0, Math.Min(session.Received.Count, MaxMissing))]
            : [.. missing.Union(wanted).Order().Take(MaxMissing)];
        return new ClientReceipt(
            index,
            session.Plan,
            session.Received.ReceivedCount + (staged is null ? 0 : 1) + inherited,
            toSend.Count > 0 ? toSend[0] : null,
            toSend,
            wanted is null ? [] : received.Where(i => !wanted.Contains(i)),
            null);
    }

    static IEnumerable<int> Indices(IEnumerable<IndexRange> ranges) =>
        ranges.SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1));
}
