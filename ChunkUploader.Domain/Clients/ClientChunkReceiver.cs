using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Domain.Clients;

/// <summary>Takes chunks whose place may not be known when they come.</summary>
public sealed class ClientChunkReceiver(ClientPlans plans, StagedChunks staged, ChunkReceiver chunks)
{
    /// <returns>True if the chunk was in already, with the same bytes.</returns>
    /// <exception cref="UploadException">The chunk is refused; <see cref="UploadErrorCode.ChunkDiffers"/> and
    /// <see cref="UploadErrorCode.ChunkLengthMismatch"/> may mean that it is another file's.</exception>
    public async Task<bool> ReceiveAsync(ActiveUpload upload, int index, Owner owner, ChunkBody body, CancellationToken ct)
    {
        // What a crash has left between learning and placing is mended first.
        await PlaceAsync(upload, owner);
        var isPlaced = await plans.LearnAsync(upload, index, body, ct);
        var bytes = body.Reopen?.Invoke() ?? body.Bytes;
        bool isRepeat;
        try
        {
            isRepeat = isPlaced
                ? (await chunks.ReceiveAsync(upload.Session.Id, owner, index, body with { Bytes = bytes }, ct)).IsRepeat
                : await staged.StageAsync(upload, index, body with { Bytes = bytes }, ct);
        }
        finally
        {
            if (body.Reopen is not null)
            {
                await bytes.CompleteAsync();
            }
        }

        await PlaceAsync(upload, owner);
        return isRepeat;
    }

    /// <summary>Puts a chunk that had no place to its place, if that is known by now.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunkDiffers"/>: another one is there.</exception>
    public Task PlaceAsync(ActiveUpload upload, Owner owner) => staged.PlaceAsync(upload, owner);
}
