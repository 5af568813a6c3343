using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Completion;
using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Domain.Clients;

/// <summary>
/// Uploads of form clients: they know no sessions, only chunks, and the last chunk completes the file.
/// </summary>
public sealed class ClientUploads(
    ClientSessions sessions, SplitUploads splits, ClientChunkReceiver receiver, ClientCompletion completion)
{
    /// <summary>Whether a chunk can be written as it comes; if not, it has to be staged first.</summary>
    public async Task<ChunkPlace> FindPlaceAsync(ClientChunk chunk, Owner owner, CancellationToken ct)
    {
        var all = await sessions.ListAsync(chunk.File, owner, ct);
        var lease = await sessions.FindOpenAsync(chunk.File, all, ct);
        if (lease is null && all.Any(session => session.State != UploadState.Completed))
        {
            all = await sessions.ListAsync(chunk.File, owner, ct); // one may have been completed in between
        }

        try
        {
            var session = lease?.Upload.Session;
            var plan = session?.Plan ?? chunk.File.Plan;
            var index = chunk.IndexIn(plan);
            var hasPlace = index is { } known && plan.Locate(known) is not null;

            // What may have come before is compared before it has a place.
            var isNew = session is not null && !(index is { } i && session.Received.Contains(i));
            var isInherited = index is { } j && session?.Client?.Inherited?.Contains(j) == true && isNew;
            var mayRepeat = isInherited || sessions.MayBeRepeat(chunk.File, all, isNew);
            var mayBeginAnother = chunk.File.IsKnownByName && index == 0;
            var isKnown = hasPlace && !mayRepeat && !mayBeginAnother;
            return new ChunkPlace(
                isKnown,
                beginsSession: session is null && (!mayRepeat || index == 0),
                isKnown && !chunk.File.IsKnownByName ? Interlocked.Exchange(ref lease, null) : null);
        }
        finally
        {
            lease?.Dispose();
        }
    }

    /// <summary>Receives a chunk; the last one completes the file, unless the client says itself when to.</summary>
    /// <param name="place">What was found for it; null: it is looked for.</param>
    /// <param name="file">What is said of the file once the whole form has been read.</param>
    /// <exception cref="UploadException">The refusal; after <see cref="UploadErrorCode.DigestMismatch"/> nothing is left
    /// of the upload.</exception>
    public async Task<ClientReceipt> ReceiveAsync(
        ClientChunk chunk,
        Owner owner,
        ChunkPlace? place,
        ChunkBody body,
        Func<ChunkedFile> file,
        bool completes,
        CancellationToken ct)
    {
        var target = place?.TakeLease() is { } found
            ? new ClientTarget(found, null, null)
            : await OpenAsync(chunk, owner, body, ct);
        if (target.Open is not { } lease)
        {
            var completed = target.Completed!;
            return ClientReceipt.Repeated(completed, chunk.IndexIn(completed.Plan)!.Value, target.File!);
        }

        using (lease)
        {
            var upload = lease.Upload;
            var index = chunk.IndexIn(upload.Session.Plan)!.Value;
            var isRepeat = await ReceiveAsync(upload, index, chunk, owner, body, ct);
            var told = file();
            await EnsureSameAsync(upload, chunk, told);
            await ClientSessions.SetDeclaredDigestsAsync(upload, told);
            await splits.EnsureCanCompleteAsync(chunk.File, index, owner, upload, CancellationToken.None);
            await (completes ? sessions.CopyInheritedAsync(upload, chunk.File, owner, ct) : Task.CompletedTask);
            await EnsureOthersWillComeAsync(upload, index, isRepeat);
            if (!completes
                || upload.Session is not { Plan.IsOpen: false, Received.IsComplete: true }
                || upload.ResendCheck.Wanted.Count > 0)
            {
                var beginsAgain = isRepeat && index == 0 && !chunk.File.HasDigest;
                return ClientReceipt.Of(
                    upload, index, upload.ResendCheck.Wanted.Union(beginsAgain ? LastOfFirstRun(upload.Session) : []).ToHashSet());
            }

            if (await sessions.EnsureOwnAsync(upload, chunk.File, owner) is { } same)
            {
                await completion.DropAsync(upload.Session.Id, owner.For(upload.Session));
                return ClientReceipt.Completed(same.Session, index, same.File);
            }

            return await CompleteAsync(upload, index, chunk.File, owner, ct);
        }
    }

    async Task<ClientTarget> OpenAsync(ClientChunk chunk, Owner owner, ChunkBody body, CancellationToken ct)
    {
        await splits.EnsureMayBeginAsync(chunk, owner, ct);
        return await sessions.OpenAsync(chunk, owner, body, ct);
    }

    /// <summary>Whether a chunk need not be sent.</summary>
    /// <param name="tellsAll">The client is told of all chunks.</param>
    /// <returns>Null if it is to be sent.</returns>
    public async Task<ClientReceipt?> FindAsync(ClientChunk chunk, Owner owner, bool tellsAll, CancellationToken ct)
    {
        using var lease = await sessions.FindOpenAsync(chunk.File, owner, ct);
        if (lease?.Upload is not { Session: { Client.ConflictAt: null } session } upload
            || chunk.IndexIn(session.Plan) is not { } index)
        {
            return null;
        }

        if (!session.HasChunk(index) || Ask(upload, index, chunk.File, owner)?.Contains(index) != false)
        {
            upload.Losses.Tell(index);
            return null;
        }

        if (tellsAll)
        {
            upload.Losses.TellAll();
        }

        return ClientReceipt.Of(upload, index, upload.ResendCheck.Wanted);
    }

    /// <summary>What a client need not send of a file; null where nothing is known of it.</summary>
    public async Task<ClientReceipt?> FindAsync(ChunkedFile file, Owner owner, CancellationToken ct)
    {
        using var lease = await sessions.FindOpenAsync(file, owner, ct);
        if (lease?.Upload is not { } upload)
        {
            return null;
        }

        upload.Losses.TellAll();
        return ClientReceipt.Of(
            upload,
            null,
            upload.Session.Received.Received(limit: 1) is [var run] ? Ask(upload, run.First, file, owner) : new HashSet<int>());
    }

    /// <summary>Whether a file is on its way.</summary>
    public async Task<bool> IsOpenAsync(ChunkedFile file, Owner owner, CancellationToken ct)
    {
        using var lease = await sessions.FindOpenAsync(file, owner, ct);
        return lease is not null;
    }

    /// <summary>Whether a file under this key is on its way or was completed.</summary>
    public async Task<bool> KnowsAsync(ChunkedFile file, Owner owner, CancellationToken ct)
    {
        using var lease = await sessions.FindOpenAsync(file, owner, ct);
        return lease is not null || await sessions.FindCompletedAsync(file, owner, ct) is not null;
    }

    /// <summary>Completes an upload whose client says itself when to; asking again gives the same answer.</summary>
    /// <param name="rename">Gives the file the name that came late.</param>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunksMissing"/>,
    /// <see cref="UploadErrorCode.DigestMismatch"/>, <see cref="UploadErrorCode.UploadNotFound"/>,
    /// <see cref="UploadErrorCode.FileNotFound"/>: it was deleted since.</exception>
    public async Task<ClientReceipt> CompleteAsync(
        ChunkedFile file, Owner owner, Action<UploadSession> rename, CancellationToken ct)
    {
        using var lease = await sessions.FindOpenAsync(file, owner, ct);
        if (lease is null)
        {
            var completed = await sessions.FindCompletedAsync(file, owner, ct) ?? throw UploadException.NotFound();
            return await completion.FindAsync(completed, owner.For(completed), ct);
        }

        var holder = owner.For(lease.Upload.Session);
        await receiver.PlaceAsync(lease.Upload);
        await sessions.CopyInheritedAsync(lease.Upload, file, owner, ct);
        await ClientSessions.SetDeclaredDigestsAsync(lease.Upload, file);
        EnsureCompared(lease.Upload);
        if (await sessions.EnsureOwnAsync(lease.Upload, file, owner) is { } same)
        {
            await completion.DropAsync(lease.Upload.Session.Id, holder);
            return ClientReceipt.Completed(same.Session, null, same.File);
        }

        await RenameAsync(lease.Upload, rename);
        return await CompleteAsync(lease.Upload, null, file, owner, ct);
    }

    async Task<ClientReceipt> CompleteAsync(
        ActiveUpload upload, int? index, ChunkedFile file, Owner owner, CancellationToken ct)
    {
        var receipt = await completion.CompleteAsync(upload, index, owner.For(upload.Session), ct);
        await sessions.ForgetRepeatsAsync(upload.Session, file, owner);
        return receipt;
    }

    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunksMissing"/>: chunks were asked for again and have
    /// not come.</exception>
    static void EnsureCompared(ActiveUpload upload)
    {
        if (upload.ResendCheck.Wanted is { Count: > 0 } wanted)
        {
            throw new UploadException(
                UploadErrorCode.ChunksMissing, "Chunks that were asked for again, to compare them, have not come.")
            {
                Missing = [.. wanted.Order().Select(index => new IndexRange(index, index))],
            };
        }
    }

    /// <returns>True if the chunk was in already, with the same bytes.</returns>
    async Task<bool> ReceiveAsync(
        ActiveUpload upload, int index, ClientChunk chunk, Owner owner, ChunkBody body, CancellationToken ct)
    {
        await sessions.ThrowIfConflictingAsync(upload);
        if (upload.Session is { Client.Inherited: { } inherited } session
            && inherited.Contains(index) && !session.Received.Contains(index))
        {
            // Before it takes its place, or a copy might come meanwhile.
            await sessions.DisinheritAsync(upload, index, chunk.File, owner, body, ct);
        }

        bool isRepeat;
        try
        {
            isRepeat = await receiver.ReceiveAsync(upload, index, body, ct);
        }
        catch (UploadException refusal) when (upload.IsConflicting
            || refusal.Code == UploadErrorCode.ChunkDiffers
            || (refusal.Code == UploadErrorCode.ChunkLengthMismatch && chunk.File.Plan.IsOpen))
        {
            await sessions.MarkConflictAsync(upload);
            throw;
        }

        upload.ResendCheck.Pass(index, SenderOf(chunk.File, owner));
        await (isRepeat ? sessions.SaveRepeatAsync(upload, index, body) : Task.CompletedTask);

        // The bytes of two files may have met while these were on their way.
        upload.ThrowIfConflicting();
        return isRepeat;
    }

    /// <summary>What stands behind the bytes may say that they are another file's.</summary>
    async Task EnsureSameAsync(ActiveUpload upload, ClientChunk chunk, ChunkedFile told)
    {
        if (told.Key != chunk.File.Key)
        {
            await sessions.MarkConflictAsync(upload);
            throw new UploadException(
                UploadErrorCode.SessionConflict,
                "Fields behind the file say that it is another one than the fields in front of it: whatever identifies "
                + "the file has to stand in front.");
        }
    }

    /// <summary>A client asks what it need not send.</summary>
    /// <inheritdoc cref="ResendCheck.Ask" path="/*"/>
    static IReadOnlySet<int>? Ask(ActiveUpload upload, int index, ChunkedFile file, Owner owner) =>
        file.HasDigest
            ? new HashSet<int>() // the digest is compared in the end
            : upload.ResendCheck.Ask(
                index, upload.Session.Received.Received() is [.., var run] ? run.Last : index, SenderOf(file, owner));

    /// <summary>Who sends the first chunk again and goes on from where this is said has shown no other: the last one in
    /// front of the first gap is compared, too.</summary>
    static int[] LastOfFirstRun(UploadSession session) =>
        session.Received.Received(limit: 1) is [{ First: 0, Last: > 0 and var last }] ? [last] : [];

    static Task RenameAsync(ActiveUpload upload, Action<UploadSession> rename) =>
        upload.RunExclusiveAsync(
            () => upload.SaveAsync(
                session =>
                {
                    var before = (session.FileName, session.ContentType);
                    rename(session);
                    return before != (session.FileName, session.ContentType);
                },
                CancellationToken.None),
            CancellationToken.None);

    /// <summary>
    /// A client that takes chunks for received which were lost would wait for a file for ever after this one.
    /// </summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunksMissing"/>.</exception>
    static async Task EnsureOthersWillComeAsync(ActiveUpload upload, int index, bool isRepeat)
    {
        if (upload.Session.Client?.Lost?.Indices().Any(upload.ChunkLocks.IsLocked) == true)
        {
            await upload.ChunkLocks.WaitForAllAsync(); // what is on its way may break off, and be another client's
        }

        if (upload.Session is not { Plan.Count: not null, Client: { Lost: { } lost } client } session)
        {
            return;
        }

        var staged = session.StagedChunk is { } last ? IndexSet.Empty.With(last) : IndexSet.Empty;
        var missing = lost.Indices().Where(i => !session.HasChunk(i)).ToList();
        var notToCome = lost.Union(client.Inherited ?? IndexSet.Empty).Union(staged);
        if (missing.Count > 0
            && session.Received.Missing().All(notToCome.Contains)
            && !missing.Exists(upload.ChunkLocks.IsLocked)
            && upload.Losses.MustTell(index, isRepeat, lost.Contains(index), missing[^1]))
        {
            UploadCompletion.EnsureAllReceived(session);
        }
    }

    /// <summary>Who may be another one than who sent before: an identifier that nobody can guess has one sender.
    /// </summary>
    static string SenderOf(ChunkedFile file, Owner owner) => file.SecretOwner ?? owner.Key;
}

/// <summary>Where a chunk goes.</summary>
/// <param name="isKnown">It can be written there as it comes; if not, it has to be staged first.</param>
/// <param name="beginsSession">There is no session for it yet.</param>
/// <param name="lease">Of the session that it belongs to; null where that is still to be decided.</param>
public sealed class ChunkPlace(bool isKnown, bool beginsSession, UploadLease? lease) : IDisposable
{
    UploadLease? _lease = lease; // taken once, by Interlocked

    public bool IsKnown => isKnown;

    public bool BeginsSession => beginsSession;

    /// <summary>Hands the session on, once.</summary>
    public UploadLease? TakeLease() => Interlocked.Exchange(ref _lease, null);

    public void Dispose() => TakeLease()?.Dispose();
}
