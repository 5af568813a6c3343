using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Completion;
using ChunkUploader.Domain.Sessions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChunkUploader.Infrastructure.Background;

/// <summary>
/// At start, before the first request: removes the bytes of what was deleted, publishes what a crash left verified but not
/// published, and takes up what was promised to unfinished uploads.
/// </summary>
public sealed partial class Recovery(
    IUploadRepository repository,
    ActiveUploads uploads,
    UploadCompletion completion,
    BlobJanitor janitor,
    TimeProvider time,
    ILogger<Recovery> logger)
    : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await janitor.RemoveDeletedAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogLeft(exception); // the sweep tries it again
        }

        foreach (var id in await repository.ListCompletingAsync(cancellationToken))
        {
            try
            {
                using var lease = await uploads.AcquireAsync(id, cancellationToken);
                if (lease.Upload.Session.State == UploadState.Completing)
                {
                    await completion.PublishAsync(lease.Upload, cancellationToken);
                    LogPublished(lease.Upload.Session.FileName);
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // One that cannot be published must not keep the others from being served.
                LogFailure(exception, id);
            }
        }

        // What something came for lately expires late.
        var since = time.GetUtcNow() - SpaceReservations.Lifetime + uploads.Policy.SessionLifetime;
        uploads.Room.Restore(await repository.ListReceivingAsync(since, cancellationToken));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Error, Message = "The bytes of deleted files could not be removed.")]
    partial void LogLeft(Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "Published '{Name}', which the last run had verified.")]
    partial void LogPublished(string name);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Upload {Upload} is verified but could not be published.")]
    partial void LogFailure(Exception exception, Id<UploadSession> upload);
}
