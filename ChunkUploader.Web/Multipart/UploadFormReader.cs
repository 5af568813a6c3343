using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Web.Multipart;

/// <summary>Opens the forms of upload requests.</summary>
public sealed class UploadFormReader(IStagingStore staging, ActiveUploads uploads, TimeProvider time)
{
    /// <summary>The form, which is disposed with its request.</summary>
    /// <param name="maxStagedBytes">The longest file that is staged.</param>
    /// <param name="canPlaceFile">See <see cref="UploadFormOptions.CanPlaceFile"/>.</param>
    /// <exception cref="MalformedFormException">The form is refused.</exception>
    public async Task<UploadForm> ReadAsync(
        HttpContext context,
        long maxStagedBytes,
        Func<MultipartPart, IReadOnlyDictionary<string, string>, ValueTask<bool>> canPlaceFile)
    {
        var options = new UploadFormOptions
        {
            Began = time.GetUtcNow(),
            CanPlaceFile = canPlaceFile,
            Staging = staging,
            MaxStagedBytes = maxStagedBytes,
            EnsureRoomToStage = uploads.Room.EnsureRoom,
        };
        var form = await UploadForm.ReadAsync(context.Request, options, context.RequestAborted);
        context.Response.RegisterForDisposeAsync(form);
        return form;
    }
}
