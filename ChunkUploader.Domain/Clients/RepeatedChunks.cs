using System.Buffers;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Completion;
using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Domain.Clients;

/// <summary>
/// Chunks of completed files that come again, because their answers were lost: they are answered with the file. Each may
/// as well be the first of another file that shares it; so when a chunk comes that the completed file does not have, the
/// upload that begins with it inherits those before it.
/// </summary>
public sealed class RepeatedChunks(
    IUploadRepository repository,
    IStoredFileRepository files,
    BlobIntegrity integrity,
    IPartStore partStore,
    ChunkReceiver chunks,
    TimeProvider time)
{
    /// <summary>In bytes.</summary>
    const int BlockLength = 128 * 1024;

    /// <summary>The sessions whose file is still there, and whole: a damaged one is repaired by an upload of its content,
    /// so none of its chunks is acknowledged without being taken.</summary>
    public async Task<IReadOnlyList<CompletedUpload>> ListAsync(
        IEnumerable<UploadSession> sessions, CancellationToken ct)
    {
        var completed = new List<CompletedUpload>();
        foreach (var session in sessions)
        {
            if (session is { State: UploadState.Completed, FileId: { } id }
                && await files.FindAsync(id, ct) is { } file
                && await integrity.CheckAsync(file.Blob!))
            {
                completed.Add(new CompletedUpload(session, file));
            }
        }

        return completed;
    }

    /// <summary>The completed upload that has a chunk already.</summary>
    /// <param name="body">Read once more for each, where it was staged.</param>
    /// <returns>Null if it is another file's; or if it was not staged, and is all there is of a file, as it may as
    /// well be one more file.</returns>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunkBusy"/>: it is another file's, and has been
    /// read; it may come again.</exception>
    public async Task<CompletedUpload?> FindAsync(
        IReadOnlyList<CompletedUpload> completed, ClientChunk chunk, ChunkBody body, CancellationToken ct)
    {
        foreach (var upload in completed)
        {
            if (body.Reopen is null && upload.Session.Plan.Count <= 1)
            {
                return null;
            }

            if (RangeIn(upload.Session.Plan, chunk) is { } range
                && await IsSameAsync(upload.File.BlobId, range, body, ct))
            {
                return upload;
            }

            if (body.Reopen is null)
            {
                throw ChunkLocks.Busy();
            }
        }

        return null;
    }

    /// <summary>
    /// The completed upload that a chunk comes again of, which is kept. Files may have chunks in common, so it is kept of
    /// all that have it.
    /// </summary>
    /// <returns>Null if no completed file has it.</returns>
    /// <inheritdoc cref="FindAsync" path="/param"/>
    /// <param name="isRecent">Whether a completed file's chunks may still come once more.</param>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunkBusy"/>;
    /// <see cref="UploadErrorCode.SessionConflict"/>: other chunks have just come again that this file does not have;
    /// nobody could know which of them a new file goes on with, or whether it is made of both.</exception>
    public async Task<CompletedUpload?> AcknowledgeAsync(
        IReadOnlyList<CompletedUpload> completed,
        ClientChunk chunk,
        ChunkBody body,
        Func<UploadSession, bool> isRecent,
        CancellationToken ct)
    {
        var all = new List<CompletedUpload>();
        var rest = completed;
        while (await FindAsync(rest, chunk, body, ct) is { } one)
        {
            all.Add(one);
            rest = body.Reopen is null ? [] : [.. rest.SkipWhile(other => other != one).Skip(1)]; // it has been read
        }

        if (all.Count == 0)
        {
            return null;
        }

        var index = chunk.IndexIn(all[0].Session.Plan)!.Value;
        var began = body.Began ?? time.GetUtcNow();
        if (index == 0)
        {
            // Another file may begin here: what came again of those that begin otherwise is not its own.
            foreach (var (session, _) in completed.Except(all).Where(one => one.Session.Client!.RepeatedLately is not null))
            {
                await repository.SaveRepeatedAsync(
                    session.Id, session.Client! with { RepeatedLately = null }, CancellationToken.None);
            }
        }

        var others = index == 0 ? all : completed;
        var lately = others.Select(one => LatelyOf(one, began)).Aggregate(IndexSet.Empty, (one, other) => one.Union(other));
        var repeated = all.Find(one => lately.Without(index).Ranges.All(LatelyOf(one, began).Contains));
        if (repeated is null && lately.Ranges is [{ First: 0 } run, ..] && run.Last >= index - 1
            && !lately.Contains(index) && !all.Exists(one => isRecent(one.Session)))
        {
            return null; // the next chunk of a file that begins like another one
        }

        all[0].Session.Client!.ThrowIfConflicting(
            differs: repeated is null || completed.Except(all).Any(one => index > 0 && LatelyOf(one, began).Contains(index)));
        var now = time.GetUtcNow(); // the same of all: none of them came later
        foreach (var (session, _) in all)
        {
            await repository.SaveRepeatedAsync(
                session.Id, session.Client!.WithRepeat(index, began, now), CancellationToken.None);
        }

        return repeated;
    }

    /// <summary>What of it has just come again.</summary>
    static IndexSet LatelyOf(CompletedUpload upload, DateTimeOffset began) =>
        upload.Session.Client is { RepeatedLately: { } lately } client && client.IsRightAfterRepeat(began)
            ? lately
            : IndexSet.Empty;

    /// <summary>The same of an upload that was completed while the chunk was compared.</summary>
    public async Task SaveAsync(UploadSession session, int index, ChunkBody body)
    {
        var ofKey = await repository.ListOfClientAsync(session.Owner, session.Client!.Key, CancellationToken.None);
        if (ofKey.FirstOrDefault(one => one.Id == session.Id) is { Client: { } client })
        {
            await repository.SaveRepeatedAsync(session.Id, WithRepeat(client, index, body), CancellationToken.None);
        }
    }

    public ClientState WithRepeat(ClientState client, int index, ChunkBody body) =>
        client.WithRepeat(index, body.Began ?? time.GetUtcNow(), time.GetUtcNow());

    /// <summary>What was acknowledged as repeats and may be a new upload's.</summary>
    /// <param name="index">The chunk that it begins with: the lowest one that it does not share, as clients send chunks
    /// in order; unless it has overtaken others that were sent at once with it.</param>
    /// <param name="began">When the request with that chunk came.</param>
    /// <param name="sessions">The completed ones of the key; also those whose file is gone.</param>
    /// <returns><c>Inherited</c>: what is taken for its own, from the first chunk on without a gap. <c>Lost</c>: what may
    /// be its own, or the completed file's sent once more, and nobody can know which; or what cannot be had any more.
    /// </returns>
    public static (IndexSet Inherited, IndexSet Lost) Inherit(
        IEnumerable<UploadSession> sessions, IReadOnlyList<CompletedUpload> completed, int index, DateTimeOffset began)
    {
        var (before, recent) = (IndexSet.Empty, IndexSet.Empty);
        foreach (var session in sessions.Where(session => session.State == UploadState.Completed))
        {
            var client = session.Client!;
            before = before.Union((client.Repeated ?? IndexSet.Empty).Below(index));
            if (client.RepeatedLately is { } lately && client.IsRightAfterRepeat(began))
            {
                // Whoever sent this chunk before has sent those behind it, too: the old file, once more.
                var own = lately.Contains(index) ? lately.Below(index) : lately;
                before = before.Union(own);
                recent = completed.Any(one => one.Session == session) ? recent.Union(own) : recent;
            }
        }

        var end = recent.Ranges is [{ First: 0 } run, ..] ? Math.Min(run.Last + 1, index) : 0;
        return (recent.Below(end), before.Union(recent).From(end));
    }

    /// <summary>Gives an upload what it has inherited, once nothing else is missing.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunksMissing"/>: it cannot be had any more, or nobody
    /// can know whose it is; it has to be sent.</exception>
    public async Task CopyInheritedAsync(ActiveUpload upload, IReadOnlyList<CompletedUpload> completed)
    {
        var session = upload.Session;
        foreach (var index in session.Client!.Inherited!.Indices().Where(index => !session.Received.Contains(index)))
        {
            var source = SourceOf(index, completed);
            if (source is null
                || source.Session.Plan.Locate(index) is not { } range
                || range != session.Plan.Locate(index)
                || !await CopyAsync(source.File.BlobId, range, upload))
            {
                break;
            }
        }

        UploadCompletion.EnsureAllReceived(session);
    }

    /// <summary>Whether a chunk is the one that an upload has inherited; also where that cannot be had any more, and so will
    /// never be the upload's.</summary>
    public async Task<bool> IsInheritedAsync(
        IReadOnlyList<CompletedUpload> completed, int index, ChunkBody body, CancellationToken ct) =>
        SourceOf(index, completed) is not { } source
        || source.Session.Plan.Locate(index) is not { } range
        || await IsSameAsync(source.File.BlobId, range, body, ct);

    /// <summary>Whose chunk an upload has inherited.</summary>
    public static CompletedUpload? SourceOf(int index, IReadOnlyList<CompletedUpload> completed) =>
        completed
            .Where(one => one.Session.Client!.RepeatedLately?.Contains(index) ?? false)
            .MaxBy(one => one.Session.Client!.RepeatedAt);

    /// <summary>Whether a chunk has the bytes that are stored.</summary>
    public async Task<bool> IsSameAsync(Id<Blob> blob, ChunkRange range, ChunkBody body, CancellationToken ct)
    {
        var bytes = body.Reopen?.Invoke() ?? body.Bytes;
        try
        {
            return (body.Reopen is null || body.Length == range.Length)
                && await partStore.ChunkEqualsAsync(blob, range, bytes, _ => { }, ct);
        }
        catch (UploadException refusal) when (refusal.Code == UploadErrorCode.ChunkLengthMismatch)
        {
            return false;
        }
        catch (IOException)
        {
            return false; // it was deleted a moment ago
        }
        finally
        {
            if (body.Reopen is not null)
            {
                await bytes.CompleteAsync();
            }
        }
    }

    /// <summary>The completed upload that has one of a session's chunks, too, but for those that the session has
    /// inherited; null if there is none.</summary>
    public async Task<CompletedUpload?> FindSharedAsync(
        IReadOnlyList<CompletedUpload> completed, UploadSession session, CancellationToken ct)
    {
        foreach (var upload in completed)
        {
            for (var index = 0; index < session.Plan.Count; index++)
            {
                var range = session.Plan[index];
                if (range.Length > 0
                    && !(session.Client!.Inherited?.Contains(index) ?? false)
                    && RangeIn(upload.Session.Plan, index) == range
                    && await HaveSameAsync(session.BlobId, upload.File.BlobId, range, ct))
                {
                    return upload;
                }
            }
        }

        return null;
    }

    /// <summary>Whether all of a session's bytes are those of a completed file.</summary>
    public async Task<bool> IsSameFileAsync(CompletedUpload completed, UploadSession session, CancellationToken ct) =>
        session.Plan.Size is { } size
        && completed.File.Blob!.Size == size
        && await HaveSameAsync(session.BlobId, completed.File.BlobId, new ChunkRange(0, 0, size), ct);

    /// <summary>Reads no further than to the first block that differs.</summary>
    async Task<bool> HaveSameAsync(Id<Blob> one, Id<Blob> other, ChunkRange range, CancellationToken ct)
    {
        using var buffers = MemoryPool<byte>.Shared.Rent(2 * BlockLength);
        for (var offset = range.Offset; offset < range.End; offset += BlockLength)
        {
            var length = (int)Math.Min(BlockLength, range.End - offset);
            var (left, right) = (buffers.Memory[..length], buffers.Memory[BlockLength..][..length]);
            await FillAsync(left, one, offset, ct);
            try
            {
                await FillAsync(right, other, offset, ct);
            }
            catch (IOException)
            {
                return false; // it was deleted a moment ago
            }

            if (!left.Span.SequenceEqual(right.Span))
            {
                return false;
            }
        }

        return true;
    }

    Task FillAsync(Memory<byte> buffer, Id<Blob> blob, long offset, CancellationToken ct)
    {
        var filled = 0;
        return partStore.ReadAsync(
            blob,
            offset,
            buffer.Length,
            bytes =>
            {
                bytes.CopyTo(buffer.Span[filled..]);
                filled += (int)bytes.Length;
            },
            ct);
    }

    async Task<bool> CopyAsync(Id<Blob> blob, ChunkRange range, ActiveUpload upload)
    {
        var bytes = StoredRange.Open(partStore, blob, range.Offset, range.Length);
        try
        {
            await chunks.ReceiveAsync(upload, range.Index, new ChunkBody(bytes), CancellationToken.None);
            return true;
        }
        catch (StoredRange.UnreadableException)
        {
            return false; // the file was deleted since
        }
        finally
        {
            await bytes.CompleteAsync();
        }
    }

    /// <summary>Null where the plan has no such chunk.</summary>
    static ChunkRange? RangeIn(ChunkPlan plan, ClientChunk chunk) => RangeIn(plan, chunk.IndexIn(plan)!.Value);

    static ChunkRange? RangeIn(ChunkPlan plan, int index)
    {
        try
        {
            return plan.Locate(index);
        }
        catch (UploadException refusal) when (refusal.Code == UploadErrorCode.ChunkOutOfRange)
        {
            return null;
        }
    }
}

/// <summary>A completed upload of a form client, whose file is still there.</summary>
public sealed record CompletedUpload(UploadSession Session, StoredFile File);
