using ChunkUploader.Domain.Files;
using ChunkUploader.Domain.Uploads;

namespace ChunkUploader.Domain.Forms;

/// <summary>Finds the session that a form client's chunk belongs to, or begins it.</summary>
public sealed class FormSessions(
    OpenUploads uploads, IUploadRepository repository, RepeatedChunks repeats, TimeProvider time)
{
    /// <summary>How long a key under which two files have met is refused: so long that both clients notice.</summary>
    static readonly TimeSpan ConflictLifetime = TimeSpan.FromMinutes(1);

    readonly Turns _turns = new();

    /// <summary>The session that still receives; null if there is none.</summary>
    public async Task<UploadLease?> FindOpenAsync(ChunkedFile file, Owner owner, CancellationToken ct)
    {
        foreach (var session in await repository.ListOfFormAsync(owner.Key, file.Key, ct))
        {
            if (session.State != UploadState.Completed && file.IsIn(session)
                && await TryAcquireAsync(session.Id, ct) is { } lease)
            {
                return lease;
            }
        }

        return null;
    }

    /// <summary>The completed session that began last; null if there is none.</summary>
    public async Task<UploadSession?> FindCompletedAsync(ChunkedFile file, Owner owner, CancellationToken ct) =>
        (await repository.ListOfFormAsync(owner.Key, file.Key, ct))
            .FirstOrDefault(session => session.State == UploadState.Completed && file.IsIn(session));

    /// <summary>Whether a chunk may be the one that completed a session and comes again.</summary>
    public async Task<bool> MayBeRepeatedAsync(FormChunk chunk, Owner owner, CancellationToken ct) =>
        RepeatedChunks.MayBe(chunk, await FindCompletedAsync(chunk.File, owner, ct));

    /// <summary>The session that this chunk completed, and comes for again, with its file; null if there is none.</summary>
    /// <param name="body">Set aside.</param>
    public async Task<(UploadSession Session, StoredFile File)?> FindRepeatedAsync(
        FormChunk chunk, Owner owner, ChunkBody body, CancellationToken ct) =>
        body.Reopen is not null
        && await FindCompletedAsync(chunk.File, owner, ct) is { } session
        && await repeats.FindFileAsync(chunk, session, body, time.GetUtcNow(), ct) is { } file
            ? (session, file)
            : null;

    /// <summary>The session that still receives; if there is none, a new one.</summary>
    /// <exception cref="UploadException">The file is refused.</exception>
    public Task<UploadLease> OpenAsync(ChunkedFile file, Owner owner, CancellationToken ct) =>
        _turns.TakeAsync(
            HashCode.Combine(owner.Key, file.Key),
            async () => await FindOpenAsync(file, owner, ct) ?? await BeginAsync(file, owner, ct),
            ct);

    /// <summary>Takes what a chunk's length tells of an open plan, and keeps it.</summary>
    /// <returns>False if the chunk's place is not known all the same.</returns>
    /// <exception cref="UploadException">The length contradicts what is known.</exception>
    public async Task<bool> LearnAsync(OpenUpload upload, int index, long? length, CancellationToken ct)
    {
        var session = upload.Session;
        if (session.Plan.Locate(index) is not null)
        {
            return true;
        }

        // It was known when the chunk was not set aside; its session has ended since.
        var known = length ?? throw ChunkGate.Busy();
        await upload.InTurnAsync(
            async () =>
            {
                var plan = session.Plan.Learn(index, known);
                if (session.Form is { ParkedBlob: not null, ParkedLength: var parked })
                {
                    plan = plan.Learn(plan.Count!.Value - 1, parked);
                }

                if (plan != session.Plan)
                {
                    uploads.Policy.EnsureAllowed(plan.Size ?? 0);
                    session.Learn(plan);
                    await repository.UpdateAsync(session, ct);
                }
            },
            ct);
        return session.Plan.Locate(index) is not null;
    }

    /// <summary>Two files have met: the session is refused from now on.</summary>
    public Task MarkConflictAsync(OpenUpload upload) =>
        upload.InTurnAsync(
            () =>
            {
                upload.Session.MarkConflict(time.GetUtcNow(), ConflictLifetime);
                return repository.UpdateAsync(upload.Session, CancellationToken.None);
            },
            CancellationToken.None);

    /// <summary>Ends a session that cannot end well.</summary>
    public async Task DropAsync(OpenUpload upload)
    {
        try
        {
            await upload.InTurnAsync(() => uploads.EndAsync(upload), CancellationToken.None);
        }
        catch (UploadException)
        {
            // Somebody else has ended it.
        }
    }

    async Task<UploadLease> BeginAsync(ChunkedFile file, Owner owner, CancellationToken ct)
    {
        var before = await FindCompletedAsync(file, owner, ct);
        var lease = await uploads.BeginAsync(file.Description, owner, file.Plan, ct);
        try
        {
            await repeats.TakeOverAsync(before, lease.Upload.Session, owner);
            return lease;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    async Task<UploadLease?> TryAcquireAsync(Id<UploadSession> id, CancellationToken ct)
    {
        try
        {
            var lease = await uploads.AcquireAsync(id, ct);
            var session = lease.Upload.Session;
            if (session.Form?.ConflictAt + ConflictLifetime < time.GetUtcNow())
            {
                await DropAsync(lease.Upload);
            }
            else if (session.State != UploadState.Completed)
            {
                return lease;
            }

            lease.Dispose();
        }
        catch (UploadException)
        {
            // It ended between the two looks.
        }

        return null;
    }
}
