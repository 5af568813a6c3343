using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Web.Api;
using ChunkUploader.Web.Clients;
using ChunkUploader.Web.Configuration;
using ChunkUploader.Web.Downloads;
using ChunkUploader.Web.Errors;
using ChunkUploader.Web.Localization;
using ChunkUploader.Web.Multipart;
using ChunkUploader.Web.OpenApi;
using ChunkUploader.Web.Security;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace ChunkUploader.Web.Pages;

/// <summary>Stored files: their page, their bytes as a download, and their bytes to be looked at.</summary>
[Route("files/{id}")]
public sealed class FilesController(FileCatalog catalog, FilePreviews previews, CorsOrigins origins) : Controller
{
    const int MaxListed = 1000;
    const string Bytes = "application/octet-stream";

    /// <summary>A stored file.</summary>
    /// <remarks>Files are for everybody who has their link. Without <c>Accept: application/json</c> it is their page.</remarks>
    [HttpGet]
    [IssuesVisitorCookie]
    [ApiExplorerSettings(IgnoreApi = false)]
    [Refuses(UploadErrorCode.FileNotFound, UploadErrorCode.StorageFull)]
    [ProducesResponseType<FileModel>(StatusCodes.Status200OK, "application/json", "text/html")]
    public async Task<IActionResult> Show(string id, CancellationToken ct)
    {
        var file = await catalog.GetAsync(IdOf(id), ct);
        var model = FileModel.Of(file, Request.PathBase);
        Response.Headers.Vary = HeaderNames.Accept;
        return Request.Headers.Accept.ToString().Contains("application/json", StringComparison.OrdinalIgnoreCase)
            ? Json(model)
            : View(new FilePageModel(
                model,
                file.RelativePath,
                await previews.OfAsync(file, PrefersChinese, ct),
                $"{Request.Scheme}://{Request.Host}{model.Url}"));
    }

    /// <summary>Several files that were uploaded together; those that are gone are counted.</summary>
    [HttpGet("~/files")]
    [IssuesVisitorCookie]
    public async Task<IActionResult> List([FromQuery] string[] id, CancellationToken ct)
    {
        var files = new List<FileModel>();
        var asked = id.Take(MaxListed).ToList();
        foreach (var one in asked)
        {
            if (Id<StoredFile>.TryParse(one, out var parsed) && await catalog.FindAsync(parsed, ct) is { } file)
            {
                files.Add(FileModel.Of(file, Request.PathBase));
            }
        }

        return asked.Count == 0 ? LocalRedirect("~/")
            : files.Count == 0 ? throw FileCatalog.NotFound()
            : View(new FileListModel(files, asked.Count - files.Count));
    }

    /// <summary>The bytes of a stored file.</summary>
    /// <remarks><c>Range</c>, <c>If-Range</c> and <c>If-None-Match</c> work.</remarks>
    [HttpGet("download")]
    [SkipStatusCodePages]
    [Uncompressed]
    [ApiExplorerSettings(IgnoreApi = false)]
    [SendsFile]
    [Refuses(UploadErrorCode.FileNotFound, UploadErrorCode.Damaged, UploadErrorCode.StorageFull)]
    public async Task<IActionResult> Download(string id, CancellationToken ct)
    {
        var file = await catalog.GetAsync(IdOf(id), ct);
        CountWhenSent(file);
        var type = MediaTypes.IsShown(file.ContentType) ? file.ContentType : Bytes;
        return Send(file, await catalog.OpenReadAsync(file, ct), type, "attachment");
    }

    /// <summary>The bytes of a stored file, to be looked at.</summary>
    /// <remarks>For what can be shown without running anything, text of every type; the rest are downloads here too.
    /// </remarks>
    [HttpGet("preview")]
    [SkipStatusCodePages]
    [Uncompressed]
    [ApiExplorerSettings(IgnoreApi = false)]
    [SendsFile]
    [Refuses(UploadErrorCode.FileNotFound, UploadErrorCode.Damaged, UploadErrorCode.StorageFull)]
    public async Task<IActionResult> Preview(string id, CancellationToken ct)
    {
        var file = await catalog.GetAsync(IdOf(id), ct);
        var bytes = await catalog.OpenReadAsync(file, ct);
        var type = await FilePreviews.TypeOfAsync(file, bytes, PrefersChinese, ct);
        return Send(file, bytes, type ?? Bytes, type is null ? "attachment" : "inline");
    }

    bool PrefersChinese => HttpContext.Language().Tag.StartsWith("zh", StringComparison.OrdinalIgnoreCase);

    /// <param name="bytes">Opened before: the headers are those of the file, not of an error.</param>
    StoredFileResult Send(StoredFile file, Stream bytes, string contentType, string disposition)
    {
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
            : throw FileCatalog.NotFound();
}
