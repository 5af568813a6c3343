using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Domain.Clients;

/// <summary>
/// Finds the session that a form client's chunk belongs to, or begins it. Who is open, completed or new under a key is
/// decided under the lock of that key, so that two chunks of one file cannot see two answers.
/// </summary>
public sealed class ClientSessions(
    ActiveUploads uploads, IUploadRepository repository, RepeatedChunks repeats, IKeyedLock keyedLock, TimeProvider time)
{
    /// <summary>How long after a file's completion its chunks may come once more: clients give up before.</summary>
    static readonly TimeSpan RepeatTime = TimeSpan.FromMinutes(2);

    /// <summary>How long a key under which two files have met is refused: so long that both clients notice, be it that one
    /// of them was told to wait before.</summary>
    static readonly TimeSpan ConflictLifetime = RepeatTime + TimeSpan.FromSeconds(30);

    /// <summary>The session that still receives; null if there is none, or if several may be meant.</summary>
    public async Task<UploadLease?> FindOpenAsync(ChunkedFile file, Owner owner, CancellationToken ct) =>
        await FindOpenAsync(file, await ListAsync(file, owner, ct), ct);

    /// <param name="sessions">All that may be the file's.</param>
    /// <inheritdoc cref="FindOpenAsync(ChunkedFile, Owner, CancellationToken)"/>
    public Task<UploadLease?> FindOpenAsync(
        ChunkedFile file, IReadOnlyList<UploadSession> sessions, CancellationToken ct)
    {
        var open = OpenOnes(sessions).ToList();
        return file.IsKnownByName && open.Count > 1 ? Task.FromResult<UploadLease?>(null) : AcquireFirstAsync(open, ct);
    }

    /// <summary>The completed session whose chunks came last, be it once more; null if there is none.</summary>
    public async Task<UploadSession?> FindCompletedAsync(ChunkedFile file, Owner owner, CancellationToken ct) =>
        (await ListAsync(file, owner, ct))
            .Where(session => session.State == UploadState.Completed)
            .OrderByDescending(session => session.Client!.RepeatedAt > CompletedAt(session)
                ? session.Client.RepeatedAt.Value
                : CompletedAt(session))
            .ThenByDescending(session => session.Client!.RepeatedLately?.Count ?? 0) // files may share those that came last
            .FirstOrDefault();

    /// <summary>When a completed session got its last chunk, as it lives on from that.</summary>
    public DateTimeOffset CompletedAt(UploadSession session) => session.ExpiresAt - uploads.Policy.SessionLifetime;

    /// <summary>Whether a file was completed so short a time ago that its chunks may come once more.</summary>
    public bool IsRecent(UploadSession session) =>
        session.State == UploadState.Completed && time.GetUtcNow() - CompletedAt(session) < RepeatTime;

    /// <summary>
    /// The session that a chunk is for, begun if there is none; or the file that it is of already, where it comes again.
    /// </summary>
    /// <param name="body">Staged where it may be such a repeat.</param>
    /// <exception cref="UploadException">The file is refused; <see cref="UploadErrorCode.ChunkBusy"/>,
    /// <see cref="UploadErrorCode.ChunkOutOfOrder"/>, <see cref="UploadErrorCode.SessionConflict"/>.</exception>
    public Task<ClientTarget> OpenAsync(ClientChunk chunk, Owner owner, ChunkBody body, CancellationToken ct) =>
        keyedLock.RunExclusiveAsync(
            LockOf(chunk.File.Key),
            () => OpenLockedAsync(chunk, owner, body, ct),
            ct);

    /// <summary>Keeps that a chunk of an upload came again, and was the same.</summary>
    public async Task SaveRepeatAsync(ActiveUpload upload, int index, ChunkBody body)
    {
        if (!await ChangeAsync(upload, client => repeats.WithRepeat(client, index, body)))
        {
            // It was completed while the chunk was compared: the repository knows what was repeated since.
            await keyedLock.RunExclusiveAsync(
                LockOf(upload.Session.Client!.Key),
                () => repeats.SaveAsync(upload.Session, index, body),
                CancellationToken.None);
        }
    }

    /// <summary>Keeps that the client sends a chunk itself that the upload has inherited: then it sends the others,
    /// too, or has to be told that they are missing.</summary>
    /// <param name="body">Staged, to be compared.</param>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.SessionConflict"/>: it is another one, and so are two
    /// files; <see cref="UploadErrorCode.ChunkBusy"/>: it was not staged, and may come again.</exception>
    public async Task DisinheritAsync(
        ActiveUpload upload, int index, ChunkedFile file, Owner owner, ChunkBody body, CancellationToken ct)
    {
        if (body.Reopen is null)
        {
            throw ChunkLocks.Busy();
        }

        var completed = await repeats.ListAsync(await ListAsync(file, owner, ct), ct);
        if (!await upload.WatchAsync(() => repeats.IsInheritedAsync(completed, index, body, ct)))
        {
            await MarkConflictAsync(upload);
            upload.ThrowIfConflicting();
        }

        await ChangeAsync(upload, client => client with
        {
            Inherited = null,
            Lost = (client.Lost ?? IndexSet.Empty).Union(client.Inherited ?? IndexSet.Empty),
        });
    }

    /// <summary>Gives an upload what it has inherited, where nothing else is missing. Holds the key's lock: what is
    /// repeated meanwhile is not forgotten.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunksMissing"/>.</exception>
    public async Task CopyInheritedAsync(ActiveUpload upload, ChunkedFile file, Owner owner, CancellationToken ct)
    {
        if (upload.Session.Client?.Inherited is not null)
        {
            await keyedLock.RunExclusiveAsync(
                LockOf(file.Key), () => CopyInheritedLockedAsync(upload, file, owner), ct);
        }
    }

    /// <summary>What came again of other files in front of one that is complete now was that one's own: a chunk that
    /// comes again from now on is not what they go on with.</summary>
    public Task ForgetRepeatsAsync(UploadSession completed, ChunkedFile file, Owner owner) =>
        keyedLock.RunExclusiveAsync(
            LockOf(file.Key),
            async () =>
            {
                foreach (var session in await ListAsync(file, owner, CancellationToken.None))
                {
                    if (session.Id != completed.Id && session is { State: UploadState.Completed, Client.RepeatedLately: not null })
                    {
                        await repository.SaveRepeatedAsync(
                            session.Id, session.Client with { RepeatedLately = null }, CancellationToken.None);
                    }
                }
            },
            CancellationToken.None);

    /// <summary>Whether a chunk has to be compared with completed files of its key before it has a place: where it is new to
    /// an upload, only with those whose chunks may still come once more.</summary>
    /// <param name="sessions">All that may be the file's.</param>
    public bool MayBeRepeat(ChunkedFile file, IReadOnlyList<UploadSession> sessions, bool isNew) => isNew
        ? file.SecretOwner is null && RecentOnes(sessions).Any()
        : sessions.Any(session => session.State == UploadState.Completed);

    /// <summary>
    /// Nothing that may be a completed file's chunk, sent once more, is published with the next file of the same key: the
    /// upload is complete, and its client may ask again a while after the other's end, unless a chunk that differs has
    /// come by then.
    /// </summary>
    /// <returns>The completed file that this one is, all of it: its chunks were sent twice at once. Null if it is none.
    /// </returns>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunkBusy"/>.</exception>
    public async Task<CompletedUpload?> EnsureOwnAsync(ActiveUpload upload, ChunkedFile file, Owner owner)
    {
        var ct = CancellationToken.None; // the last byte is in
        if (file.SecretOwner is not null
            || upload.Session is not { State: UploadState.Receiving, Plan.IsOpen: false, Received.IsComplete: true } session)
        {
            return null;
        }

        var recent = await repeats.ListAsync(RecentOnes(await ListAsync(file, owner, ct)), ct);
        return recent.Count == 0 || await upload.WatchAsync(() => repeats.FindSharedAsync(recent, session, ct)) is not { } shared
            ? null
            : await upload.WatchAsync(() => repeats.IsSameFileAsync(shared, session, ct)) ? shared
            : throw MayBeOf(shared.Session);
    }

    /// <exception cref="UploadException"><see cref="UploadErrorCode.SessionConflict"/>: two files have met.</exception>
    public async Task ThrowIfConflictingAsync(ActiveUpload upload)
    {
        if (upload is { IsConflicting: true, Session.Client.ConflictAt: null })
        {
            await MarkConflictAsync(upload); // it could not be saved when they met
        }

        upload.ThrowIfConflicting();
    }

    /// <summary>Two files have met: the session is refused from now on.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.BytesLost"/>: that could not be kept; it is found out
    /// again when the chunk comes again.</exception>
    public async Task MarkConflictAsync(ActiveUpload upload)
    {
        upload.MarkConflicting(); // even if it cannot be saved
        try
        {
            await upload.RunExclusiveAsync(
                () => upload.SaveAsync(
                    session =>
                    {
                        session.MarkConflict(time.GetUtcNow(), ConflictLifetime);
                        return true;
                    },
                    CancellationToken.None),
                CancellationToken.None);
        }
        catch (UploadException refusal) when (refusal.Code == UploadErrorCode.BytesLost)
        {
            await MarkLoadedAnewAsync(upload.Session.Id);
        }
        catch (UploadException)
        {
            // It has ended already, or is saved later.
        }
    }

    /// <summary>The same of the one that has been loaded in its place, which whoever comes next will meet.</summary>
    async Task MarkLoadedAnewAsync(Id<UploadSession> id)
    {
        try
        {
            using var lease = await uploads.AcquireAsync(id, CancellationToken.None);
            await MarkConflictAsync(lease.Upload);
        }
        catch (UploadException refusal) when (refusal.Code == UploadErrorCode.UploadNotFound)
        {
            // It has ended since.
        }
    }

    /// <summary>Takes the digests that came with a chunk.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.InvalidInput"/>: others were announced.</exception>
    public static async Task SetDeclaredDigestsAsync(ActiveUpload upload, ChunkedFile file)
    {
        var (md5, contentHash) = (file.Description.Md5, file.Description.ContentHash);
        if (!file.HasCompatibleDigests(upload.Session))
        {
            throw new UploadException(
                UploadErrorCode.InvalidInput, "Other digests of this file were announced with other chunks.");
        }

        if (upload.Session.State == UploadState.Receiving && (md5 is not null || contentHash is not null))
        {
            await upload.RunExclusiveAsync(
                () => upload.SaveAsync(session => session.SetDeclaredDigests(md5, contentHash), CancellationToken.None),
                CancellationToken.None);
        }
    }

    /// <summary>What has a file's key and may be that file's: of each of the owner's keys those that are not completed
    /// before those that are, each newest first.</summary>
    public async Task<IReadOnlyList<UploadSession>> ListAsync(ChunkedFile file, Owner owner, CancellationToken ct)
    {
        var sessions = new List<UploadSession>();
        foreach (var (key, covers) in ClientOwners.KeysOf(file, owner))
        {
            var ofOne = await repository.ListOfClientAsync(key, file.Key, ct);
            sessions.AddRange(ofOne.Where(session => covers(session.CreatedAt) && file.Matches(session)));
        }

        return sessions;
    }

    async Task<ClientTarget> OpenLockedAsync(ClientChunk chunk, Owner owner, ChunkBody body, CancellationToken ct)
    {
        var sessions = await ListAsync(chunk.File, owner, ct);
        var (lease, isAnother) = chunk.File.IsKnownByName
            ? await AcquireByNameAsync(OpenOnes(sessions), chunk, body, ct)
            : (await AcquireFirstAsync(OpenOnes(sessions), ct), false);
        try
        {
            if (lease is not null || isAnother)
            {
                // While one is under way, nothing is answered as another one's repeat: whose it is, nobody can know.
                await EnsureOwnAsync(lease?.Upload, sessions, chunk, body, ct);
                return new ClientTarget(lease ?? await BeginAsync(chunk, owner, body, [], [], ct), null, null);
            }

            var completed = await repeats.ListAsync(sessions, ct);
            if (await repeats.AcknowledgeAsync(completed, chunk, body, IsRecent, ct) is { } repeated)
            {
                return new ClientTarget(null, repeated.Session, repeated.File);
            }

            EnsureNotGone(null, [.. RecentOnes(sessions)], completed, chunk);
            await (completed.Count > 0 ? body.VerifyAsync(ct) : Task.CompletedTask); // a damaged one is no other
            return new ClientTarget(await BeginAsync(chunk, owner, body, sessions, completed, ct), null, null);
        }
        catch
        {
            lease?.Dispose();
            throw;
        }
    }

    /// <returns>False if the upload does not receive any more.</returns>
    static async Task<bool> ChangeAsync(ActiveUpload upload, Func<ClientState, ClientState> change)
    {
        var isSaved = false;
        await upload.RunExclusiveAsync(
            () => upload.SaveAsync(
                session =>
                {
                    session.Client = change(session.Client!);
                    return isSaved = true;
                },
                CancellationToken.None),
            CancellationToken.None);
        return isSaved;
    }

    async Task CopyInheritedLockedAsync(ActiveUpload upload, ChunkedFile file, Owner owner)
    {
        if (upload.Session is not { Plan.IsOpen: false, NextUnacknowledged: null, Client.Inherited: { } inherited } session
            || session.Received.IsComplete
            || inherited.Indices().Any(index => !session.Received.Contains(index) && upload.ChunkLocks.IsLocked(index)))
        {
            return; // what is on its way comes here again once it is in
        }

        var completed = await repeats.ListAsync(await ListAsync(file, owner, CancellationToken.None), CancellationToken.None);
        await repeats.CopyInheritedAsync(upload, completed);
    }

    /// <summary>One file may come under several owners' keys, so the owner's is left out.</summary>
    static string LockOf(string key) => $"client {key}";

    /// <summary>
    /// Where the answer to a completed file's chunk was lost, its client sends it once more for a while. It must not
    /// become one of the next file of the same key, which may have begun since; nor may it be acknowledged, as it may as
    /// well be that file's.
    /// </summary>
    /// <param name="upload">The one it would belong to; null: it would begin one.</param>
    /// <param name="body">Staged where it may be such a chunk.</param>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunkBusy"/>: nobody can know yet whose it is.
    /// </exception>
    async Task EnsureOwnAsync(
        ActiveUpload? upload,
        IReadOnlyList<UploadSession> sessions,
        ClientChunk chunk,
        ChunkBody body,
        CancellationToken ct)
    {
        var recent = chunk.File.SecretOwner is null ? RecentOnes(sessions).ToList() : [];
        if (recent.Count == 0)
        {
            return;
        }

        if (body.Reopen is null)
        {
            throw ChunkLocks.Busy(); // it is staged when it comes again
        }

        if (upload is not null
            && chunk.IndexIn(upload.Session.Plan) is { } index
            && upload.Session.Received.Contains(index)
            && await IsInAsync(upload, index, body, ct))
        {
            return; // its own, once more
        }

        var completed = await repeats.ListAsync(recent, ct);
        if (await repeats.FindAsync(completed, chunk, body, ct) is { } repeated)
        {
            throw MayBeOf(repeated.Session);
        }

        EnsureNotGone(upload, recent, completed, chunk);
    }

    /// <summary>
    /// With a file that was completed a moment ago, and cannot be compared, as it was deleted or damaged since, or is one of
    /// too many, only the next chunk in order is another one's for certain: were it the old one's, the new one's own would follow and differ.
    /// But nothing follows the last one.
    /// </summary>
    /// <param name="completed">Those of the recent ones that can be compared.</param>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunkBusy"/>.</exception>
    void EnsureNotGone(
        ActiveUpload? upload, List<UploadSession> recent, IReadOnlyList<CompletedUpload> completed, ClientChunk chunk)
    {
        var gone = chunk.File.SecretOwner is null
            ? recent.FirstOrDefault(session => !completed.Any(one => one.Session == session))
                ?? (recent.Count >= IUploadRepository.MaxOfOneKey - 1 ? recent[0] : null)
            : null;
        if (gone is null || gone.Plan.Count <= 1)
        {
            return;
        }

        var isNext = upload?.Session is not { } session
            ? chunk.IndexIn(chunk.File.Plan) == 0
            : chunk.IndexIn(session.Plan) is { } index
                && (session.Received.Contains(index)
                    || (index == session.Received.Next && session.Received.ReceivedCount + 1 < session.Plan.Count));
        if (!isNext)
        {
            throw MayBeOf(gone);
        }
    }

    IEnumerable<UploadSession> RecentOnes(IEnumerable<UploadSession> sessions) => sessions.Where(IsRecent);

    UploadException MayBeOf(UploadSession completed) =>
        new(
            UploadErrorCode.ChunkBusy,
            "A chunk may be one of the file that was completed a moment ago under the same name and identifier, or of the "
            + "one that is being sent now; it is taken for the latter's a while after the former's end.")
        {
            RetryAfter = CompletedAt(completed) + RepeatTime - time.GetUtcNow(),
        };

    Task<bool> IsInAsync(ActiveUpload upload, int index, ChunkBody body, CancellationToken ct) =>
        upload.WatchAsync(() => repeats.IsSameAsync(upload.Session.BlobId, upload.Session.Plan[index], body, ct));

    async Task<UploadLease> BeginAsync(
        ClientChunk chunk,
        Owner owner,
        ChunkBody body,
        IReadOnlyList<UploadSession> sessions,
        IReadOnlyList<CompletedUpload> completed,
        CancellationToken ct)
    {
        // A last chunk that does not say how the file is cut may follow others that were acknowledged as repeats.
        var source = RepeatedChunks.SourceOf(0, completed);
        if ((chunk.IndexIn(chunk.File.Plan) ?? (source is null ? null : chunk.IndexIn(source.Session.Plan))) is not { } index)
        {
            throw Uncut();
        }

        chunk.File.Plan.Locate(index); // nothing begins for a chunk that the file cannot have
        var (inherited, lost) = RepeatedChunks.Inherit(sessions, completed, index, body.Began ?? time.GetUtcNow());
        if (chunk.File.IsKnownByName && index > 0 && !(inherited.Ranges is [{ First: 0 } run] && run.Last == index - 1))
        {
            throw OutOfOrder(0);
        }

        var plan = chunk.File.Plan;
        if (plan is { IsOpen: true, Count: { } count })
        {
            // Of the last chunk nobody can say where it was. Any other one has told how the file is cut.
            inherited = inherited.Without(count - 1);
            source = inherited.IsEmpty ? null : source;
            plan = ChunkPlan.Open(plan.Size, plan.ChunkSize ?? source?.Session.Plan.ChunkSize, count);
        }
        else if (plan.ChunkSize is null && !inherited.IsEmpty)
        {
            plan = source!.Session.Plan;
        }
        else if (chunk.IndexIn(plan) is null)
        {
            throw Uncut();
        }

        var file = chunk.File.Description with
        {
            Inherited = inherited.IsEmpty ? null : inherited,
            Lost = lost.IsEmpty ? null : lost,
        };
        return await uploads.BeginAsync(file, owner with { Key = ClientOwners.KeyOfNew(chunk.File, owner) }, plan, ct);
    }

    static IEnumerable<UploadSession> OpenOnes(IEnumerable<UploadSession> sessions) =>
        sessions.Where(session => session.State != UploadState.Completed);

    async Task<UploadLease?> AcquireFirstAsync(IEnumerable<UploadSession> open, CancellationToken ct)
    {
        foreach (var session in open)
        {
            if (await TryAcquireAsync(session.Id, ct) is { } lease)
            {
                return lease;
            }
        }

        return null;
    }

    /// <returns>The upload that a chunk is for, and whether it begins another one beside those that are open.</returns>
    async Task<(UploadLease? Lease, bool IsAnother)> AcquireByNameAsync(
        IEnumerable<UploadSession> open, ClientChunk chunk, ChunkBody body, CancellationToken ct)
    {
        var leases = new List<UploadLease>();
        try
        {
            foreach (var session in open)
            {
                leases.AddRange(await TryAcquireAsync(session.Id, ct) is { } lease ? [lease] : []);
            }

            var chosen = await ChooseByNameAsync(leases, chunk, body, ct);
            leases.RemoveAll(lease => lease == chosen);
            return (chosen, chosen is null && leases.Count > 0);
        }
        finally
        {
            leases.ForEach(lease => lease.Dispose());
        }
    }

    /// <summary>
    /// The upload that a chunk is for, of those that are known by one name. Only a first chunk tells them apart: another
    /// one begins another upload. The chunks that follow may then belong to any of them, and none is published. Nor is
    /// anything taken out of order, which might be the chunk of a file whose first one is still on its way.
    /// </summary>
    /// <returns>Null if it is for none of them.</returns>
    async Task<UploadLease?> ChooseByNameAsync(
        List<UploadLease> leases, ClientChunk chunk, ChunkBody body, CancellationToken ct)
    {
        if (leases.Count == 0 || chunk.Index == 0)
        {
            foreach (var lease in leases)
            {
                if (await MayBeginWithAsync(lease.Upload, body, ct))
                {
                    return lease;
                }
            }

            return null;
        }

        if (leases.Count > 1)
        {
            foreach (var lease in leases.Where(lease => lease.Upload.Session.Client!.ConflictAt is null))
            {
                await MarkConflictAsync(lease.Upload);
            }

            leases[0].Upload.Session.Client!.ThrowIfConflicting(differs: true);
        }

        var session = leases[0].Upload.Session;
        return chunk.IndexIn(session.Plan) > session.NextUnacknowledged && session.Client!.ConflictAt is null
            ? throw OutOfOrder(session.NextUnacknowledged.Value)
            : leases[0];
    }

    /// <summary>Whether a first chunk may be that of an upload; also where that is refused anyway.</summary>
    async Task<bool> MayBeginWithAsync(ActiveUpload upload, ChunkBody body, CancellationToken ct)
    {
        var session = upload.Session;
        if (body.Reopen is null || session.Client!.ConflictAt is not null)
        {
            return true;
        }

        if (session.Client.Inherited?.Contains(0) == true && !session.Received.Contains(0))
        {
            return false; // its own first chunk was acknowledged as a repeat, and is not there yet to be compared
        }

        if (!session.Received.Contains(0))
        {
            await upload.ChunkLocks.WaitForAllAsync(); // its own first chunk is on its way
        }

        return !session.Received.Contains(0) || await IsInAsync(upload, 0, body, ct);
    }

    static UploadException Uncut() =>
        new(
            UploadErrorCode.ChunkOutOfOrder,
            "Only a chunk before the last one tells how the file is cut; it has to come first.")
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        };

    static UploadException OutOfOrder(int next) =>
        new(
            UploadErrorCode.ChunkOutOfOrder,
            $"The client sends neither an identifier of the file nor its size, so its chunks are taken one after the "
            + $"other; the next one is {next}, counted from 0.")
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        };

    async Task<UploadLease?> TryAcquireAsync(Id<UploadSession> id, CancellationToken ct)
    {
        UploadLease? lease = null;
        try
        {
            lease = await uploads.AcquireAsync(id, ct);
            var upload = lease.Upload;
            if (upload.Session.Client?.ConflictAt + ConflictLifetime < time.GetUtcNow())
            {
                await upload.RunExclusiveAsync(
                    () => upload.IsCompleting ? Task.CompletedTask : uploads.EndAsync(upload), CancellationToken.None);
            }
            else if (upload.Session.State != UploadState.Completed)
            {
                (var kept, lease) = (lease, null);
                return kept;
            }
        }
        catch (UploadException)
        {
            // It ended between the two looks.
        }
        finally
        {
            lease?.Dispose();
        }

        return null;
    }
}

/// <summary>What a chunk is for: a session that still receives, or a completed one that it comes again of.</summary>
public sealed record ClientTarget(UploadLease? Open, UploadSession? Completed, StoredFile? File);
