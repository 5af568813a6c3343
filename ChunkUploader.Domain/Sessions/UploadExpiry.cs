namespace ChunkUploader.Domain.Sessions;

/// <summary>
/// Removes the sessions that nothing has arrived for in their lifetime, with their parts, and what completed ones have
/// left.
/// </summary>
public sealed class UploadExpiry(
    IUploadRepository repository, UploadService service, TimeProvider time)
{
    /// <returns>How many sessions had expired.</returns>
    /// <exception cref="AggregateException">Some could not be ended; all the others were.</exception>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var failures = new List<Exception>();
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
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                failures.Add(exception);
            }
        }

        await repository.RemoveLeftChunksAsync(ct);
        return failures.Count == 0
            ? expired.Count
            : throw new AggregateException("Some expired uploads could not be ended.", failures);
    }
}
