using ChunkUploader.Domain.Content;
using ChunkUploader.Domain.Uploads;

namespace ChunkUploader.Domain.Forms;

/// <summary>
/// Keeps the last chunk of a file of unknown size until another one tells where it belongs. Only that one can be without
/// a place: any other chunk tells the chunk size.
/// </summary>
public sealed class ParkedChunks(IUploadRepository repository, IBlobStore store, ChunkReceiver chunks)
{
    /// <param name="body">Set aside, so its length is known.</param>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunkDiffers"/>: another one is kept already.
    /// </exception>
    public async Task ParkAsync(OpenUpload upload, int index, ChunkBody body, CancellationToken ct)
    {
        var range = new ChunkRange(index, 0, body.Length!.Value);
        var blob = Id<Blob>.New();
        using var writer = await upload.Gate.EnterAsync(index, ct);
        if (upload.Session.Form is { ParkedBlob: { } parked, ParkedLength: var length })
        {
            await CompareAsync(parked, range with { Length = length }, body, ct);
            return;
        }

        using var hasher = new ChunkHasher(body.Expected);
        try
        {
            await store.WriteChunkAsync(blob, range, body.Bytes, hasher.Append, ct);
            hasher.Finish();
            await EnsureExpectedAsync(hasher, body, ct);

            // No digest of it is kept to find out by whether it has survived a loss of power, so it has to.
            await store.FlushAsync(blob, ct);
        }
        catch
        {
            await store.DeleteAsync(blob, CancellationToken.None);
            throw;
        }

        await upload.InTurnAsync(
            () => ParkAsync(upload, form => form with { ParkedBlob = blob, ParkedLength = range.Length }),
            CancellationToken.None);
    }

    /// <summary>Puts the kept chunk to its place, as soon as that is known.</summary>
    public async Task PlaceAsync(OpenUpload upload, Owner owner)
    {
        var session = upload.Session;
        if (session is not { State: UploadState.Receiving, Form.ParkedBlob: not null, Plan.IsOpen: false })
        {
            return;
        }

        Id<Blob>? placed = null;
        await upload.InTurnAsync(
            async () =>
            {
                if (session.Form is not { ParkedBlob: { } blob, ParkedLength: var length })
                {
                    return;
                }

                var bytes = StoredRange.Open(store, blob, 0, length);
                await chunks.ReceiveAsync(
                    session.Id, owner, session.Plan.Count!.Value - 1, new ChunkBody(bytes), CancellationToken.None);
                await bytes.CompleteAsync();
                await ParkAsync(upload, form => form with { ParkedBlob = null, ParkedLength = 0 });
                placed = blob;
            },
            CancellationToken.None);
        if (placed is { } gone)
        {
            await store.DeleteAsync(gone, CancellationToken.None);
        }
    }

    Task ParkAsync(OpenUpload upload, Func<FormState, FormState> change)
    {
        upload.Session.Form = change(upload.Session.Form!);
        upload.Session.Prolong(upload.NextExpiry);
        return repository.UpdateAsync(upload.Session, CancellationToken.None);
    }

    async Task CompareAsync(Id<Blob> parked, ChunkRange range, ChunkBody body, CancellationToken ct)
    {
        using var hasher = new ChunkHasher(body.Expected);
        var isEqual = body.Length == range.Length
            && await store.ChunkEqualsAsync(parked, range, body.Bytes, hasher.Append, ct);
        if (!isEqual)
        {
            throw new UploadException(
                UploadErrorCode.ChunkDiffers, $"Chunk {range.Index} is in already, with other bytes.");
        }
    }

    static async Task EnsureExpectedAsync(ChunkHasher hasher, ChunkBody body, CancellationToken ct)
    {
        var expected = body.Expected
            ?? (body.ReadLateDigestsAsync is { } read ? await read(ct) : null);
        if (expected is not null)
        {
            hasher.EnsureEqual(expected);
        }
    }
}
