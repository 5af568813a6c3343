using ChunkUploader.Domain.Content;
using ChunkUploader.Domain.Uploads;

namespace ChunkUploader.Domain.Forms;

/// <summary>
/// Uploads of form clients: they know no sessions, only chunks, and the last chunk completes the file.
/// </summary>
public sealed class FormUploads(
    FormSessions sessions, ParkedChunks parked, UploadService service, ChunkReceiver chunks)
{
    /// <summary>Such clients never ask again, so they are given as long as proxies wait.</summary>
    const int CompletionTries = 5;

    /// <summary>Whether a chunk can be written as it comes; if not, it has to be set aside first.</summary>
    /// <returns>Also whether it will begin a session.</returns>
    public async Task<(bool HasPlace, bool IsNew)> PlaceOfAsync(FormChunk chunk, Owner owner, CancellationToken ct)
    {
        using var lease = await sessions.FindOpenAsync(chunk.File, owner, ct);
        var plan = lease?.Upload.Session.Plan ?? chunk.File.Plan;
        var hasPlace = chunk.IndexIn(plan) is { } index && plan.Locate(index) is not null;
        return lease is null && await sessions.MayBeRepeatedAsync(chunk, owner, ct)
            ? (false, false)
            : (hasPlace, lease is null);
    }

    /// <summary>Receives a chunk; the last one completes the file, unless the client says itself when to.</summary>
    /// <exception cref="UploadException">The refusal; after <see cref="UploadErrorCode.DigestMismatch"/> nothing is left
    /// of the upload.</exception>
    public async Task<FormReceipt> ReceiveAsync(
        FormChunk chunk, Owner owner, ChunkBody body, bool completes, CancellationToken ct)
    {
        using var open = await sessions.FindOpenAsync(chunk.File, owner, ct);
        if (open is null && await sessions.FindRepeatedAsync(chunk, owner, body, ct) is var (completed, file))
        {
            return FormReceipt.Completed(completed, completed.Form?.CompletedBy, file);
        }

        var index = IndexOf(chunk, open?.Upload.Session.Plan ?? chunk.File.Plan);
        using var lease = await sessions.OpenAsync(chunk.File, owner, ct);
        var upload = lease.Upload;
        await ReceiveAsync(upload, index, owner, body with { Bytes = body.Reopen?.Invoke() ?? body.Bytes }, ct);
        await parked.PlaceAsync(upload, owner);
        return completes && upload.Session is { Plan.IsOpen: false, Received.IsComplete: true }
            ? await CompleteAsync(upload, index, owner, chunk.File.Description, ct)
            : FormReceipt.Of(upload, index);
    }

    /// <summary>Whether a chunk need not be sent.</summary>
    /// <returns>Null if it is to be sent.</returns>
    public async Task<FormReceipt?> FindAsync(FormChunk chunk, Owner owner, CancellationToken ct)
    {
        using var lease = await sessions.FindOpenAsync(chunk.File, owner, ct);
        if (lease?.Upload is not { Session: { Form.ConflictAt: null } session } upload
            || chunk.IndexIn(session.Plan) is not { } index
            || !IsIn(session, index)
            || upload.Probe.Wants(index))
        {
            return null;
        }

        return FormReceipt.Of(upload, index);
    }

    /// <summary>How far an upload is; null where nothing is known of it.</summary>
    public async Task<FormReceipt?> FindAsync(ChunkedFile file, Owner owner, CancellationToken ct)
    {
        using var lease = await sessions.FindOpenAsync(file, owner, ct);
        return lease is null ? null : FormReceipt.Of(lease.Upload, null);
    }

    /// <summary>Completes an upload whose client says itself when to; asking again gives the same answer.</summary>
    /// <param name="rename">Gives the file the name that came late.</param>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunksMissing"/>,
    /// <see cref="UploadErrorCode.DigestMismatch"/>, <see cref="UploadErrorCode.UploadNotFound"/>.</exception>
    public async Task<FormReceipt> CompleteAsync(
        ChunkedFile file, Owner owner, Action<UploadSession> rename, CancellationToken ct)
    {
        using var lease = await sessions.FindOpenAsync(file, owner, ct);
        if (lease is null)
        {
            var completed = await sessions.FindCompletedAsync(file, owner, ct) ?? throw UploadException.NotFound();
            var status = await service.GetAsync(completed.Id, owner, ct);
            return FormReceipt.Completed(status.Session, null, status.File);
        }

        rename(lease.Upload.Session);
        await parked.PlaceAsync(lease.Upload, owner);
        return await CompleteAsync(lease.Upload, null, owner, file.Description, ct);
    }

    async Task ReceiveAsync(OpenUpload upload, int index, Owner owner, ChunkBody body, CancellationToken ct)
    {
        upload.Session.EnsureUnmixed();
        try
        {
            await (await sessions.LearnAsync(upload, index, body.Length, ct)
                ? chunks.ReceiveAsync(upload.Session.Id, owner, index, body, ct)
                : parked.ParkAsync(upload, index, body, ct));
        }
        catch (UploadException refusal) when (refusal.Code == UploadErrorCode.ChunkDiffers)
        {
            await sessions.MarkConflictAsync(upload);
            throw;
        }

        upload.Probe.Pass(index);

        // The bytes of two files may have met while these were on their way.
        upload.Session.EnsureUnmixed();
    }

    async Task<FormReceipt> CompleteAsync(
        OpenUpload upload, int? index, Owner owner, FileDescription file, CancellationToken ct)
    {
        var session = upload.Session;
        session.Form = session.Form! with { CompletedBy = session.Form.CompletedBy ?? index };
        try
        {
            UploadStatus status;
            var tries = CompletionTries;
            do
            {
                status = await service.CompleteAsync(session.Id, owner, file.Md5, file.ContentHash, ct);
            }
            while (status.Session.State != UploadState.Completed && --tries > 0);
            return FormReceipt.Completed(status.Session, index, status.File);
        }
        catch (UploadException refusal) when (refusal.Code == UploadErrorCode.DigestMismatch)
        {
            await sessions.DropAsync(upload);
            throw;
        }
    }

    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunkOutOfRange"/>.</exception>
    static int IndexOf(FormChunk chunk, ChunkPlan plan)
    {
        var index = chunk.IndexIn(plan) ?? throw new UploadException(
            UploadErrorCode.ChunkOutOfRange, "The first chunk must come first: nobody knows where this one belongs.");
        plan.Locate(index);
        return index;
    }

    static bool IsIn(UploadSession session, int index) =>
        session.Received.Contains(index)
        || (session.Form?.ParkedBlob is not null && index == session.Plan.Count - 1);
}
