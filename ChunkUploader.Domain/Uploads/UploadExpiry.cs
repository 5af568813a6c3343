namespace ChunkUploader.Domain.Uploads;

/// <summary>
/// Removes the sessions that nothing has arrived for in their lifetime, with their parts, and what completed ones have
/// left.
/// </summary>
public sealed class UploadExpiry(
    IUploadRepository repository, UploadService service, TimeProvider time)
{
    /// <returns>How many sessions had expired.</returns>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var expired = await repository.ListExpiredAsync(time.GetUtcNow(), ct);
        foreach (var id in expired)
        {
            try
            {
                await service.ExpireAsync(id, ct);
            }
            catch (UploadException)
            {
                // Its owner cancelled it a moment ago.
            }
        }

        await repository.RemoveLeftChunksAsync(ct);
        return expired.Count;
    }
}
