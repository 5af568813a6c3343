using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Domain.Clients;

/// <summary>
/// Takes chunks whose place may not be known when they come: what their lengths tell of how the file is cut is kept as soon
/// as it is known, and the last chunk of a file of unknown size is staged until another one tells where it belongs. Only
/// that one can be without a place: any other chunk tells the chunk size.
/// </summary>
public sealed class ClientChunkReceiver(
    UploadPolicy policy, ActiveUploads uploads, IPartStore partStore, IBlobStore blobStore, ChunkReceiver chunks)
{
    /// <returns>True if the chunk was in already, with the same bytes.</returns>
    /// <exception cref="UploadException">The chunk is refused; <see cref="UploadErrorCode.ChunkDiffers"/> and
    /// <see cref="UploadErrorCode.ChunkLengthMismatch"/> may mean that it is another file's.</exception>
    public async Task<bool> ReceiveAsync(ActiveUpload upload, int index, ChunkBody body, CancellationToken ct)
    {
        // What a crash has left between learning and placing is mended first.
        await PlaceAsync(upload);
        var isPlaced = await LearnAsync(upload, index, body, ct);
        var bytes = body.Reopen?.Invoke() ?? body.Bytes;
        bool isRepeat;
        try
        {
            isRepeat = isPlaced
                ? (await chunks.ReceiveAsync(upload, index, body with { Bytes = bytes }, ct)).IsRepeat
                : await StageAsync(upload, index, body with { Bytes = bytes }, ct);
        }
        finally
        {
            if (body.Reopen is not null)
            {
                await bytes.CompleteAsync();
            }
        }

        await PlaceAsync(upload);
        return isRepeat;
    }

    /// <summary>Puts the kept chunk to its place, as soon as that is known.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunkDiffers"/>: another one is there.</exception>
    public async Task PlaceAsync(ActiveUpload upload)
    {
        if (upload.Session.Client?.StagedBlob is null)
        {
            return;
        }

        Id<Blob>? placed = null;
        await upload.RunExclusiveAsync(async () => placed = await PlaceLockedAsync(upload), CancellationToken.None);
        if (placed is { } gone)
        {
            await blobStore.DeleteAsync(gone, CancellationToken.None);
        }
    }

    /// <summary>Takes what a chunk's length tells.</summary>
    /// <param name="body">Staged where the chunk's place is not known; its digests are verified first, as a damaged
    /// chunk tells nothing.</param>
    /// <returns>False if the chunk's place is not known all the same.</returns>
    /// <exception cref="UploadException">The length contradicts what is known; the chunk is damaged; the file is too
    /// large.</exception>
    async Task<bool> LearnAsync(ActiveUpload upload, int index, ChunkBody body, CancellationToken ct)
    {
        var session = upload.Session;
        if (session.Plan.Locate(index) is not null)
        {
            return true;
        }

        // It was known when the chunk was not staged: its session has ended since.
        if (body is not { Length: { } length, Reopen: not null })
        {
            throw ChunkLocks.Busy();
        }

        await body.VerifyAsync(ct);
        await upload.RunExclusiveAsync(() => LearnLockedAsync(upload, session.Plan.Learn(index, length)), ct);
        return session.Plan.Locate(index) is not null;
    }

    /// <summary>Keeps a plan that knows more. The caller holds the session's lock.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.FileTooLarge"/>.</exception>
    Task LearnLockedAsync(ActiveUpload upload, ChunkPlan plan) =>
        upload.SaveAsync(
            session =>
            {
                if (plan == session.Plan)
                {
                    return false;
                }

                policy.EnsureAllowed(plan.MinSize);
                session.Learn(plan);
                return true;
            },
            CancellationToken.None);

    /// <param name="body">Staged, so its length is known.</param>
    /// <returns>True if it is kept already.</returns>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunkDiffers"/>: another one is kept already.
    /// </exception>
    async Task<bool> StageAsync(ActiveUpload upload, int index, ChunkBody body, CancellationToken ct)
    {
        policy.EnsureAllowed(body.Length!.Value);
        var (blob, range) = (Id<Blob>.New(), new ChunkRange(index, 0, body.Length.Value));
        Id<Blob>? lost = null;
        using (await upload.ChunkLocks.AcquireAsync(index, ct))
        {
            if (upload.Session.Client is { StagedBlob: { } staged, StagedLength: var length })
            {
                if (await TryCompareAsync(upload, staged, range with { Length = length }, body, ct))
                {
                    return true;
                }

                lost = staged;
            }
            else
            {
                await WriteAsync(blob, range, body, ct);
            }
        }

        if (lost is not null)
        {
            await ForgetAsync(upload, lost.Value);
            throw ChunkLocks.Busy(); // the next try is kept in its place
        }

        // The chunk's lock is released before the session's is taken: who ends an upload holds the session's and waits for
        // the chunks'.
        var isKept = false;
        try
        {
            await upload.RunExclusiveAsync(
                async () =>
                {
                    await upload.SaveAsync(
                        session =>
                        {
                            if (session.Client!.StagedBlob is not null || session.Received.Contains(index))
                            {
                                return false;
                            }

                            session.Client = session.Client with { StagedBlob = blob, StagedLength = range.Length };
                            session.Prolong(upload.NextExpiry);
                            return true;
                        },
                        CancellationToken.None);
                    isKept = upload.Session.Client!.StagedBlob == blob;
                },
                CancellationToken.None);
        }
        finally
        {
            if (!isKept)
            {
                await blobStore.DeleteAsync(blob, CancellationToken.None);
            }
        }

        if (!isKept)
        {
            throw ChunkLocks.Busy(); // it came twice at once; the next try is compared
        }

        return false;
    }

    async Task<Id<Blob>?> PlaceLockedAsync(ActiveUpload upload)
    {
        var session = upload.Session;
        if (session is not { State: UploadState.Receiving, Client: { StagedBlob: { } blob, StagedLength: var length } })
        {
            return null;
        }

        await LearnLockedAsync(upload, session.Plan.Learn(session.Plan.Count!.Value - 1, length));
        if (session.Plan.IsOpen)
        {
            return null;
        }

        var isLost = false;
        var bytes = StoredRange.Open(partStore, blob, 0, length);
        try
        {
            await chunks.ReceiveAsync(
                upload, session.Plan.Count.Value - 1, new ChunkBody(bytes), CancellationToken.None);
        }
        catch (StoredRange.UnreadableException)
        {
            isLost = true; // whoever took it
        }
        finally
        {
            await bytes.CompleteAsync();
        }

        await upload.SaveAsync(
            changed =>
            {
                changed.Client = WithoutStaged(changed, isLost);
                return true;
            },
            CancellationToken.None);
        return blob;
    }

    /// <param name="isLost">It was acknowledged and is not anywhere any more.</param>
    static ClientState WithoutStaged(UploadSession session, bool isLost)
    {
        var (client, index) = (session.Client!, session.Plan.Count!.Value - 1);
        return client with
        {
            StagedBlob = null,
            StagedLength = 0,
            Lost = isLost ? (client.Lost ?? IndexSet.Empty).With(index) : client.Lost,
        };
    }

    async Task WriteAsync(Id<Blob> blob, ChunkRange range, ChunkBody body, CancellationToken ct)
    {
        uploads.Room.EnsureRoom(range.Length);
        using var hasher = new ChunkHasher(body.Expected);
        try
        {
            await partStore.WriteChunkAsync(blob, range, body.Bytes, hasher.Append, ct);
            await hasher.FinishAsync(body, ct);

            // No digest of it is kept to find out by whether it has survived a loss of power, so it has to.
            await partStore.FlushAsync(blob, ct);
        }
        catch
        {
            await blobStore.DeleteAsync(blob, CancellationToken.None);
            throw;
        }
    }

    /// <summary>Its bytes are gone.</summary>
    async Task ForgetAsync(ActiveUpload upload, Id<Blob> staged)
    {
        await upload.RunExclusiveAsync(
            () => upload.SaveAsync(
                session =>
                {
                    if (session.Client!.StagedBlob != staged)
                    {
                        return false;
                    }

                    session.Client = WithoutStaged(session, isLost: true);
                    return true;
                },
                CancellationToken.None),
            CancellationToken.None);
        await blobStore.DeleteAsync(staged, CancellationToken.None);
    }

    /// <returns>False where the bytes of the staged chunk are gone, whoever took them.</returns>
    async Task<bool> TryCompareAsync(
        ActiveUpload upload, Id<Blob> staged, ChunkRange range, ChunkBody body, CancellationToken ct)
    {
        using var hasher = new ChunkHasher(body.Expected);
        var isEqual = false;
        try
        {
            isEqual = await partStore.ChunkEqualsAsync(staged, range, body.Bytes, hasher.Append, ct);
            await hasher.FinishAsync(body, ct);
        }
        catch (UploadException refusal) when (refusal.Code == UploadErrorCode.ChunkLengthMismatch)
        {
            // Not equal, then.
        }
        catch (Exception exception) when (
            exception is FileNotFoundException or UploadException { Code: UploadErrorCode.BytesLost })
        {
            return false;
        }

        if (!isEqual)
        {
            upload.MarkConflicting();
            throw new UploadException(
                UploadErrorCode.ChunkDiffers, $"Chunk {range.Index} is in already, with other bytes.");
        }

        return true;
    }
}
