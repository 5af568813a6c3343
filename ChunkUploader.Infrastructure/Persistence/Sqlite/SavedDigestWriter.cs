using ChunkUploader.Domain;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Infrastructure.Persistence.Sqlite;

/// <summary>Keeps how far the digests of receiving sessions have come, and lets go of that in portions.</summary>
public sealed class SavedDigestWriter(DatabaseWriter writer)
{
    // Of two that were made one after the other, the earlier may come here later.
    readonly PreparedStatement _save = new(
        """
        INSERT INTO SavedDigests (SessionId, Length, Md5)
        SELECT Id, $1, $2 FROM UploadSessions WHERE Id = $0 AND State = $3
        ON CONFLICT (SessionId) DO UPDATE SET Length = excluded.Length, Md5 = excluded.Md5
        WHERE excluded.Length > SavedDigests.Length
        """);

    readonly PreparedStatement _saveBlock = new(
        """
        INSERT INTO SavedBlocks (SessionId, Block, Digest)
        SELECT Id, $1, $2 FROM UploadSessions WHERE Id = $0 AND State = $3
        ON CONFLICT (SessionId, Block) DO UPDATE SET Digest = excluded.Digest
        """);

    readonly PreparedStatement _remove = new("DELETE FROM SavedDigests WHERE SessionId = $0");

    readonly PreparedStatement _removeBlocks = new(
        "DELETE FROM SavedBlocks WHERE rowid IN (SELECT rowid FROM SavedBlocks WHERE SessionId = $0 LIMIT $1)");

    /// <summary>Returns when it is committed.</summary>
    public Task SaveAsync(Id<UploadSession> session, DigestProgress progress, CancellationToken ct) =>
        writer.WriteAsync(context => Save(context, session, progress), ct);

    /// <summary>A part of a work: saves it, unless the session does not receive any more.</summary>
    internal void Save(UploaderDbContext context, Id<UploadSession> session, DigestProgress progress)
    {
        const int Receiving = (int)UploadState.Receiving;
        var id = session.ToBytes();
        _save.Execute(context, id, progress.Position, progress.Md5.ToBytes(), Receiving);
        foreach (var (block, digest) in progress.Blocks)
        {
            _saveBlock.Execute(context, id, block, digest.ToBytes(), Receiving);
        }
    }

    /// <summary>A part of a work: removes a batch of what was saved.</summary>
    /// <returns>True if nothing is left.</returns>
    internal bool Remove(UploaderDbContext context, Id<UploadSession> session)
    {
        _remove.Execute(context, session.ToBytes());
        return _removeBlocks.Execute(context, session.ToBytes(), ReceivedChunkWriter.BatchSize)
            < ReceivedChunkWriter.BatchSize;
    }
}
