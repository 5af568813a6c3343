using ChunkUploader.Domain.Files;
using ChunkUploader.Domain.Uploads;

namespace ChunkUploader.Domain.Forms;

/// <summary>
/// Finds the session that a form client's chunk belongs to, or begins it. Who is open, completed or new under a key is
/// decided in one turn, so that two chunks of one file cannot see two answers.
/// </summary>
public sealed class FormSessions(
    OpenUploads uploads, IUploadRepository repository, RepeatedChunks repeats, TimeProvider time)
{
    /// <summary>How long a key under which two files have met is refused: so long that both clients notice.</summary>
    static readonly TimeSpan ConflictLifetime = TimeSpan.FromMinutes(1);

    readonly Turns _turns = new();

    /// <summary>The session that still receives; null if there is none.</summary>
    public async Task<UploadLease?> FindOpenAsync(ChunkedFile file, Owner owner, CancellationToken ct)
    {
        foreach (var session in await ListAsync(file, owner, ct))
        {
            if (session.State != UploadState.Completed && file.Matches(session)
                && await TryAcquireAsync(session.Id, ct) is { } lease)
            {
                return lease;
            }
        }

        return null;
    }

    /// <summary>The completed session that began last; null if there is none.</summary>
    public async Task<UploadSession?> FindCompletedAsync(ChunkedFile file, Owner owner, CancellationToken ct) =>
        (await ListAsync(file, owner, ct)).Find(session => session.State == UploadState.Completed && file.Matches(session));

    /// <summary>
    /// The session that a chunk is for, begun if there is none; or the file that it has completed, where it comes again.
    /// </summary>
    /// <param name="body">Set aside where it may be such a repeat.</param>
    /// <exception cref="UploadException">The file is refused; <see cref="UploadErrorCode.ChunkBusy"/>.</exception>
    public Task<FormTarget> OpenAsync(FormChunk chunk, Owner owner, ChunkBody body, CancellationToken ct) =>
        _turns.TakeAsync(
            chunk.File.Key.GetHashCode(StringComparison.Ordinal), // one file may come under several owners' keys
            async () =>
            {
                if (await FindOpenAsync(chunk.File, owner, ct) is { } open)
                {
                    return new FormTarget(open, null, null);
                }

                var completed = await FindCompletedAsync(chunk.File, owner, ct);
                if (completed is not null && RepeatedChunks.MayBe(chunk, completed))
                {
                    // Completed while this was on its way already: to be compared it has to come again. Unless it is
                    // all there is of a file; then it may as well be one more file.
                    if (body.Reopen is null && completed.Plan.Count > 1)
                    {
                        throw ChunkGate.Busy();
                    }

                    if (await repeats.FindFileAsync(completed, body, time.GetUtcNow(), ct) is { } file)
                    {
                        return new FormTarget(null, completed, file);
                    }
                }

                return new FormTarget(await BeginAsync(chunk, owner, completed, ct), null, null);
            },
            ct);

    /// <exception cref="UploadException"><see cref="UploadErrorCode.SessionConflict"/>: two files have met.</exception>
    public async Task EnsureUnmixedAsync(OpenUpload upload)
    {
        if (upload is { HasDifference: true, Session.Form.ConflictAt: null })
        {
            await MarkConflictAsync(upload); // it could not be saved when they met
        }

        upload.EnsureUnmixed();
    }

    /// <summary>Two files have met: the session is refused from now on.</summary>
    public async Task MarkConflictAsync(OpenUpload upload)
    {
        try
        {
            await upload.InTurnAsync(
                () => upload.SaveAsync(
                    session =>
                    {
                        session.MarkConflict(time.GetUtcNow(), ConflictLifetime);
                        return true;
                    },
                    CancellationToken.None),
                CancellationToken.None);
        }
        catch (UploadException)
        {
            // It has ended already.
        }
    }

    /// <summary>Takes the digests that came with a chunk.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.InvalidRequest"/>: others were announced.</exception>
    public static async Task ExpectAsync(OpenUpload upload, ChunkedFile file)
    {
        var (md5, contentHash) = (file.Description.Md5, file.Description.ContentHash);
        if (!file.DigestsAgree(upload.Session))
        {
            throw new UploadException(
                UploadErrorCode.InvalidRequest, "Other digests of this file were announced with other chunks.");
        }

        if (upload.Session.State == UploadState.Receiving && (md5 is not null || contentHash is not null))
        {
            await upload.InTurnAsync(
                () => upload.SaveAsync(session => session.Expect(md5, contentHash), CancellationToken.None),
                CancellationToken.None);
        }
    }

    async Task<UploadLease> BeginAsync(FormChunk chunk, Owner owner, UploadSession? before, CancellationToken ct)
    {
        if (chunk.IndexIn(chunk.File.Plan) is not { } index)
        {
            throw new UploadException(
                UploadErrorCode.ChunkOutOfRange, "The first chunk must come first: nobody knows where this one belongs.");
        }

        chunk.File.Plan.Locate(index); // nothing begins for a chunk that the file cannot have
        var beginner = owner with { Key = FormOwners.KeyOfNew(chunk.File, owner) };
        var lease = await uploads.BeginAsync(chunk.File.Description, beginner, chunk.File.Plan, ct);
        try
        {
            await repeats.TakeOverAsync(before, lease.Upload.Session, beginner);
            return lease;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    /// <summary>Those that are not completed before those that are, each newest first, of one owner after the other.
    /// </summary>
    async Task<List<UploadSession>> ListAsync(ChunkedFile file, Owner owner, CancellationToken ct)
    {
        var sessions = new List<UploadSession>();
        foreach (var (key, until) in FormOwners.KeysOf(file, owner))
        {
            var ofOne = await repository.ListOfFormAsync(key, file.Key, ct);
            sessions.AddRange(ofOne.Where(session => session.CreatedAt <= until));
        }

        return sessions;
    }

    async Task<UploadLease?> TryAcquireAsync(Id<UploadSession> id, CancellationToken ct)
    {
        UploadLease? lease = null;
        try
        {
            lease = await uploads.AcquireAsync(id, ct);
            var upload = lease.Upload;
            if (upload.Session.Form?.ConflictAt + ConflictLifetime < time.GetUtcNow())
            {
                await upload.InTurnAsync(
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

/// <summary>What a chunk is for: a session that still receives, or one that the chunk has completed before.</summary>
public sealed record FormTarget(UploadLease? Open, UploadSession? Completed, StoredFile? File);
