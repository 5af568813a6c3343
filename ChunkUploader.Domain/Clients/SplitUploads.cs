using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Domain.Clients;

/// <summary>
/// Refuses the chunks of a guest whose address has changed in the middle of a file, or who has lost the cookie it was
/// begun with. They begin another session, as nothing but the address tells whose they are; so each would be acknowledged,
/// and neither session be complete. A guest who has been given a cookie meanwhile goes on with what one address has begun.
/// Who is known, or sends an identifier that nobody can guess, is not concerned.
/// </summary>
public sealed class SplitUploads(
    ClientSessions sessions, ActiveUploads uploads, IUploadRepository repository, TimeProvider time)
{
    /// <summary>How long a chunk waits for those that were sent before it, and that it has overtaken.</summary>
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Nobody begins in the middle of a file that another guest is sending, or has sent: the answer to its last
    /// chunk may have been lost. Nor does who has got a cookie as a guest since.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.AddressChanged"/>.</exception>
    public Task EnsureMayBeginAsync(ClientChunk chunk, Owner owner, CancellationToken ct) =>
        GuestOf(owner) is { } guest && chunk.File.SecretOwner is null
            ? EnsureWholeAsync(() => BeginsInTheMiddleAsync(chunk, owner, guest, ct), ct)
            : Task.CompletedTask;

    /// <summary>
    /// Asked once a chunk is in, and before it is acknowledged: of two that come last at the same moment, one is told.
    /// What two guests have received must not be all there is of a file that neither has all of; that is said once, as
    /// who is told sends the file again. And in front of a chunk there must be no gap that another guest has filled.
    /// </summary>
    /// <inheritdoc cref="EnsureMayBeginAsync" path="/exception"/>
    public async Task EnsureCanCompleteAsync(
        ChunkedFile file, int index, Owner owner, ActiveUpload upload, CancellationToken ct)
    {
        if (GuestOf(owner) is { } guest && upload.Session.Owner == guest)
        {
            await EnsureWholeAsync(() => IsSplitAsync(file, index, guest, owner, upload, ct), ct, upload);
        }
    }

    static string? GuestOf(Owner owner) => owner.IsStable ? owner.Former?.Key : owner.Key;

    /// <param name="upload">The one that is told of it.</param>
    async Task EnsureWholeAsync(Func<Task<bool>> isSplit, CancellationToken ct, ActiveUpload? upload = null)
    {
        for (var start = time.GetTimestamp(); await isSplit();)
        {
            if (time.GetElapsedTime(start) >= Timeout)
            {
                upload?.MarkToldOfSplit();
                throw new UploadException(
                    UploadErrorCode.AddressChanged,
                    "Other chunks of this file came from another address, and nothing else tells that they belong "
                    + "together. Send the file again from here; the page can prevent this by an X-Upload-Owner, or by "
                    + "an identifier that is a random UUID.");
            }

            // Looked for, as there may be no upload yet that could tell of the chunk; for guests alone, and not for long.
            await Task.Delay(Interval, time, ct);
        }
    }

    async Task<bool> BeginsInTheMiddleAsync(ClientChunk chunk, Owner owner, string guest, CancellationToken ct)
    {
        if (chunk.IndexIn(chunk.File.Plan) == 0)
        {
            return false;
        }

        using var own = await sessions.FindOpenAsync(chunk.File, owner, ct);
        return own is null
            && await sessions.FindCompletedAsync(chunk.File, owner, ct) is null
            && (await ListOthersAsync(chunk.File, guest, owner, ct)).Any();
    }

    async Task<bool> IsSplitAsync(
        ChunkedFile file, int index, string guest, Owner owner, ActiveUpload upload, CancellationToken ct)
    {
        var session = upload.Session;
        if (session is not { State: UploadState.Receiving, Plan.Count: { } count } || session.Received.IsComplete)
        {
            return false;
        }

        var leases = new List<UploadLease>();
        try
        {
            var isCompleted = false;
            foreach (var other in await ListOthersAsync(file, guest, owner, ct))
            {
                isCompleted |= other.State == UploadState.Completed && sessions.CompletedAt(other) > session.CreatedAt;
                leases.AddRange(
                    other.State == UploadState.Receiving && await FindAsync(other.Id, ct) is { } lease ? [lease] : []);
            }

            var others = leases.ConvertAll(lease => lease.Upload.Session);
            bool IsElsewhere(int i) => isCompleted || others.Exists(other => other.HasChunk(i));
            var missing = Enumerable.Range(0, count)
                .Where(i => !session.HasChunk(i) && !upload.ChunkLocks.IsLocked(i))
                .ToList();
            var gap = missing.TakeWhile(i => i < index).ToList();
            if (gap.Count > 0 && gap.TrueForAll(IsElsewhere))
            {
                return true;
            }

            // Two people who send the same file have most of its chunks twice.
            var twice = CountOf(session) + others.Sum(CountOf) - count;
            return !upload.IsToldOfSplit
                && twice >= 0 && twice <= count / 2
                && missing.Count > 0
                && missing.TrueForAll(i => others.Exists(other => other.HasChunk(i)));
        }
        finally
        {
            leases.ForEach(lease => lease.Dispose());
        }
    }

    static int CountOf(UploadSession session) =>
        session.Received.ReceivedCount + (session.StagedChunk is null ? 0 : 1);

    async Task<UploadLease?> FindAsync(Id<UploadSession> id, CancellationToken ct)
    {
        try
        {
            return await uploads.AcquireAsync(id, ct);
        }
        catch (UploadException)
        {
            return null; // it has ended since
        }
    }

    async Task<IEnumerable<UploadSession>> ListOthersAsync(
        ChunkedFile file, string guest, Owner owner, CancellationToken ct) =>
        (await repository.ListNearGuestAsync(guest, owner.Address, file.Key, ct))
            .Where(session => session.Owner != owner.Key && session.Client!.ConflictAt is null && file.Matches(session));
}
