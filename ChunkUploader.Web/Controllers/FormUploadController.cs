using ChunkUploader.Domain.Forms;
using ChunkUploader.Domain.Uploads;
using ChunkUploader.Web.Forms;
using ChunkUploader.Web.Forms.Dialects;
using ChunkUploader.Web.Security;
using ChunkUploader.Web.ViewModels;
using Microsoft.AspNetCore.Mvc;

namespace ChunkUploader.Web.Controllers;

/// <summary>
/// One URL for the form clients that people have in their pages already, and for plain forms.
/// </summary>
[Route("upload")]
[ReadsFormItself]
[DisableRequestSizeLimit]
public sealed class FormUploadController(
    FormUploads uploads, FormRequests requests, PlainFiles plain, OwnerResolver owners) : Controller
{
    /// <summary>Is this chunk here? 200: it is; 204: it is not, and neither is any other that was not asked for.</summary>
    [HttpGet]
    public async Task<IActionResult> IsReceived(CancellationToken ct)
    {
        var fields = new FormFields(Request, new Dictionary<string, string>());
        if (requests.ReadChunk(fields) is not var (dialect, chunk))
        {
            return AsksForPage()
                ? LocalRedirect("~/")
                : throw new UploadException(UploadErrorCode.InvalidRequest, "The query names no chunk.");
        }

        Response.Headers.CacheControl = "no-store";
        return await uploads.FindAsync(chunk, owners.Of(HttpContext), ct) is { } receipt
            ? Json(FormAnswer.Of(receipt, dialect.FirstIndex, Request.PathBase))
            : NoContent();
    }

    [HttpPost]
    public async Task<IActionResult> Receive(CancellationToken ct)
    {
        var owner = owners.Of(HttpContext);
        var form = await requests.OpenAsync(HttpContext, owner, takesFiles: true);
        var fields = new FormFields(Request, form.Fields);
        if (form.File is null)
        {
            return await CompleteAsync(fields, owner, ct);
        }

        if (requests.ReadChunk(fields, form.File) is var (dialect, chunk))
        {
            return await ReceiveAsync(dialect, chunk, requests.BodyOf(form), owner, ct);
        }

        var files = await plain.TakeAsync(form, ct);
        if (files.Count == 1 && requests.ReadChunk(fields, files[0].Part) is var (late, lateChunk))
        {
            var body = plain.ChunkOf(files[0], fields.Text("sha256"));
            try
            {
                return await ReceiveAsync(late, lateChunk, body, owner, ct);
            }
            finally
            {
                await plain.DiscardAsync(files);
            }
        }

        return AnswerOf(
            [.. (await plain.PublishAsync(files, fields, owner)).Select(file => FileModel.Of(file, Request.PathBase))],
            isImage: files is [{ Part.Name: "image" }] && fields.Has("md5"));
    }

    async Task<IActionResult> ReceiveAsync(
        FormDialect dialect, FormChunk chunk, ChunkBody body, Owner owner, CancellationToken ct)
    {
        var receipt = await uploads.ReceiveAsync(chunk, owner, body, completes: true, ct);

        // A client may take the first answer to learn what it need not send, and only that one.
        return AnswerOf(receipt, receipt.Index == 0 ? dialect.FirstIndex : null);
    }

    /// <summary>Some clients say when they have sent everything.</summary>
    async Task<IActionResult> CompleteAsync(FormFields fields, Owner owner, CancellationToken ct)
    {
        if (FormDialects.Find(fields) is not { Identifier: not null } dialect)
        {
            throw new UploadException(UploadErrorCode.InvalidRequest, "The form has no file.");
        }

        return AnswerOf(
            await uploads.CompleteAsync(requests.ReadFile(dialect, fields), owner, _ => { }, ct), firstIndex: null);
    }

    ObjectResult AnswerOf(FormReceipt receipt, int? firstIndex)
    {
        var isCompleting = receipt.File is null && receipt.Missing.Count == 0;
        return StatusCode(
            isCompleting ? StatusCodes.Status202Accepted : StatusCodes.Status200OK,
            FormAnswer.Of(receipt, firstIndex, Request.PathBase));
    }

    IActionResult AnswerOf(IReadOnlyList<FileModel> files, bool isImage) =>
        isImage ? Content(ImagePaths.Of(files[0]), "text/plain")
        : !AsksForPage() ? Json(FormAnswer.Of(files))
        : files.Count == 1 ? Redirect(files[0].Url)
        : RedirectToAction("List", "Files", new { id = files.Select(file => file.Id) });

    bool AsksForPage() => Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
