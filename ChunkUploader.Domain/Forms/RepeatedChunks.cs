using ChunkUploader.Domain.Content;
using ChunkUploader.Domain.Files;
using ChunkUploader.Domain.Uploads;

namespace ChunkUploader.Domain.Forms;

/// <summary>
/// The chunk that completed a file and comes again, because its answer was lost: it is answered with the file. The same
/// chunk may as well be the first of another file, of which only the others will come; so for a while it counts as
/// received for the next session under that key too.
/// </summary>
public sealed class RepeatedChunks(
    IUploadRepository repository, IStoredFileRepository files, IBlobStore store, ChunkReceiver chunks)
{
    static readonly TimeSpan Recent = TimeSpan.FromMinutes(1);

    /// <summary>Whether the chunk may be such a repeat, so that it has to be compared before it has a place.</summary>
    public static bool MayBe(FormChunk chunk, UploadSession? completed) =>
        completed?.Form?.CompletedBy is { } last && chunk.IndexIn(completed.Plan) == last;

    /// <param name="body">That of a chunk that may be it.</param>
    /// <returns>The file; null if this is not its chunk, or was not set aside to be compared.</returns>
    public async Task<StoredFile?> FindFileAsync(
        UploadSession completed, ChunkBody body, DateTimeOffset now, CancellationToken ct)
    {
        if (body.Reopen is null
            || completed.FileId is not { } id
            || await files.FindAsync(id, ct) is not { } file
            || !await IsSameAsync(file.BlobId, completed.Plan[completed.Form!.CompletedBy!.Value], body, ct))
        {
            return null;
        }

        await repository.SaveRepeatAsync(completed.Id, now, CancellationToken.None);
        return file;
    }

    /// <summary>Gives a session what was acknowledged as its chunk before it began.</summary>
    /// <param name="before">The completed session under the same key.</param>
    public async Task TakeOverAsync(UploadSession? before, UploadSession session, Owner owner)
    {
        if (before is not { Form: { CompletedBy: { } index, RepeatedAt: { } at } }
            || session.CreatedAt - at > Recent
            || before.Plan.Locate(index) is not { } range
            || range != session.Plan.Locate(index))
        {
            return;
        }

        var bytes = StoredRange.Open(store, before.BlobId, range.Offset, range.Length);
        try
        {
            await chunks.ReceiveAsync(session.Id, owner, index, new ChunkBody(bytes), CancellationToken.None);
        }
        catch (IOException)
        {
            return; // the file was deleted since
        }
        finally
        {
            await bytes.CompleteAsync();
        }

        await repository.SaveRepeatAsync(before.Id, null, CancellationToken.None);
    }

    /// <summary>A damaged chunk is not the same.</summary>
    async Task<bool> IsSameAsync(Id<Blob> blob, ChunkRange range, ChunkBody body, CancellationToken ct)
    {
        var bytes = body.Reopen!();
        try
        {
            return body.Length == range.Length && await store.ChunkEqualsAsync(blob, range, bytes, _ => { }, ct);
        }
        catch (IOException)
        {
            return false; // the file was deleted a moment ago
        }
        finally
        {
            await bytes.CompleteAsync();
        }
    }
}
