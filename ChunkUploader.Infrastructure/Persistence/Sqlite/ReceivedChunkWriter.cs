using ChunkUploader.Domain;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Infrastructure.Persistence.Sqlite;

/// <summary>Keeps received chunks, and removes them in batches, so that nobody waits long for the writer.</summary>
public sealed class ReceivedChunkWriter(DatabaseWriter writer, SavedDigestWriter digests)
{
    /// <summary>Rows that go in one transaction: a few milliseconds.</summary>
    public const int BatchSize = 4096;

    // It may be there already, from a commit that was reported as failed: the last one that came counts.
    readonly InsertStatement<ReceivedChunkRow> _insert = new(
        "ON CONFLICT (SessionId, Offset) DO UPDATE SET Length = excluded.Length, Digests = excluded.Digests");

    readonly PreparedStatement _prolong = new(
        """
        UPDATE UploadSessions
        SET ExpiresAt = CASE WHEN Client_ConflictAt IS NULL THEN max(ExpiresAt, $1) ELSE ExpiresAt END,
            Part = coalesce($2, Part)
        WHERE Id = $0
        """);

    readonly PreparedStatement _remove = new(
        "DELETE FROM ReceivedChunks WHERE rowid IN (SELECT rowid FROM ReceivedChunks WHERE SessionId = $0 LIMIT $1)");

    readonly PreparedStatement _removeOne = new(
        "DELETE FROM ReceivedChunks WHERE SessionId = $0 AND Offset = $1");

    /// <summary>Returns when the row is committed.</summary>
    public Task AddAsync(
        Id<UploadSession> session,
        ReceivedChunk chunk,
        DateTimeOffset expiresAt,
        DigestProgress? hashed,
        CancellationToken ct)
    {
        var row = ReceivedChunkRow.Of(session, chunk);
        return writer.WriteAsync(
            context =>
            {
                _insert.Execute(context, row);
                _prolong.Execute(context, session.ToBytes(), expiresAt.ToUnixTimeMilliseconds(), chunk.Part);
                if (hashed is not null)
                {
                    digests.Save(context, session, hashed);
                }
            },
            ct);
    }

    /// <summary>A part of a work: removes a batch of a session's rows.</summary>
    /// <returns>True if no rows are left.</returns>
    internal bool Remove(UploaderDbContext context, Id<UploadSession> session) =>
        _remove.Execute(context, session.ToBytes(), BatchSize) < BatchSize;

    /// <summary>Removes some rows of a session; others write in between.</summary>
    public async Task RemoveAsync(Id<UploadSession> session, IEnumerable<ChunkRange> ranges, CancellationToken ct)
    {
        foreach (var batch in ranges.Chunk(BatchSize))
        {
            await writer.WriteAsync(
                context => Array.ForEach(
                    batch, range => _removeOne.Execute(context, session.ToBytes(), range.Offset)),
                ct);
        }
    }
}
