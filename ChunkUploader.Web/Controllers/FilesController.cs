using ChunkUploader.Domain;
using ChunkUploader.Domain.Files;
using ChunkUploader.Domain.Uploads;
using ChunkUploader.Web.Downloads;
using ChunkUploader.Web.Forms;
using ChunkUploader.Web.Security;
using ChunkUploader.Web.ViewModels;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace ChunkUploader.Web.Controllers;

/// <summary>Stored files: their page, their bytes as a download, and their bytes to be looked at.</summary>
[Route("files/{id}")]
public sealed class FilesController(FileCatalog catalog, OtherOrigins origins) : Controller
{
    const int MaxListed = 1000;

    [HttpGet]
    [WelcomesVisitor]
    public async Task<IActionResult> Show(string id, CancellationToken ct)
    {
        var file = await catalog.GetAsync(IdOf(id), ct);
        var model = FileModel.Of(file, Request.PathBase);
        Response.Headers.Vary = HeaderNames.Accept;
        return Request.Headers.Accept.ToString().Contains("application/json", StringComparison.OrdinalIgnoreCase)
            ? Json(model)
            : View(new FilePageModel(model, file.RelativePath, MediaTypes.PreviewOf(file.ContentType)));
    }

    /// <summary>Several files that were uploaded together.</summary>
    [HttpGet("~/files")]
    [WelcomesVisitor]
    public async Task<IActionResult> List([FromQuery] string[] id, CancellationToken ct)
    {
        var files = new List<FileModel>();
        foreach (var one in id.Take(MaxListed))
        {
            files.Add(FileModel.Of(await catalog.GetAsync(IdOf(one), ct), Request.PathBase));
        }

        return files.Count == 0 ? LocalRedirect("~/") : View(files);
    }

    [HttpGet("download")]
    [SkipStatusCodePages]
    public async Task<IActionResult> Download(string id, CancellationToken ct)
    {
        var file = await catalog.GetAsync(IdOf(id), ct);
        CountWhenSent(file);
        return await SendAsync(
            file, MediaTypes.PreviewOf(file.ContentType) ?? "application/octet-stream", "attachment", ct);
    }

    /// <summary>For types that can be shown without running anything; others are downloads here too.</summary>
    [HttpGet("preview")]
    [SkipStatusCodePages]
    public async Task<IActionResult> Preview(string id, CancellationToken ct)
    {
        var file = await catalog.GetAsync(IdOf(id), ct);
        var type = MediaTypes.PreviewOf(file.ContentType);
        return await SendAsync(
            file, type ?? "application/octet-stream", type is null ? "attachment" : "inline", ct);
    }

    async Task<StoredFileResult> SendAsync(
        StoredFile file, string contentType, string disposition, CancellationToken ct)
    {
        // First, as the headers are those of the file, not of an error.
        var bytes = await catalog.OpenReadAsync(file, ct);
        var header = new ContentDispositionHeaderValue(disposition);
        header.SetHttpFileName(FileName.ForDownload(file.Name));
        Response.Headers.ContentDisposition = header.ToString();
        Response.Headers.CacheControl = "private, no-cache";
        ContentSecurity.Apply(Response);
        if (origins.AreConfigured)
        {
            Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        }

        return new StoredFileResult(file.BlobId, bytes, contentType)
        {
            EnableRangeProcessing = true,
            EntityTag = new EntityTagHeaderValue($"\"{file.Blob!.ContentHash}\""),
            LastModified = file.UploadedAt,
        };
    }

    /// <summary>
    /// A download counts once its first byte is sent, or left to the proxy, so not for a check or for the later parts
    /// of one.
    /// </summary>
    void CountWhenSent(StoredFile file)
    {
        if (!HttpMethods.IsGet(Request.Method))
        {
            return;
        }

        Response.OnCompleted(() =>
        {
            var isFromStart = Response.StatusCode == StatusCodes.Status200OK
                || (Response.StatusCode == StatusCodes.Status206PartialContent
                    && Response.GetTypedHeaders().ContentRange is { From: 0 });
            return isFromStart ? CountAsync(file) : Task.CompletedTask;
        });
    }

    async Task CountAsync(StoredFile file)
    {
        try
        {
            await catalog.CountDownloadAsync(file, CancellationToken.None);
        }
        catch (UploadException exception) when (exception.Code == UploadErrorCode.StorageFull)
        {
            // The file was sent. That is what the reserve on the disk is not for.
        }
    }

    internal static Id<StoredFile> IdOf(string id) =>
        Id<StoredFile>.TryParse(id, out var parsed)
            ? parsed
            : throw new UploadException(UploadErrorCode.FileNotFound, "There is no such file.");
}
