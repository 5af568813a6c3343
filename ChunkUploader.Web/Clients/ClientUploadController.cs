using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Clients;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Web.Api;
using ChunkUploader.Web.Errors;
using ChunkUploader.Web.Multipart;
using ChunkUploader.Web.OpenApi;
using ChunkUploader.Web.Pages;
using ChunkUploader.Web.Security;
using Microsoft.AspNetCore.Cors;
using Microsoft.AspNetCore.Mvc;

namespace ChunkUploader.Web.Clients;

/// <summary>
/// One URL for the form clients that people have in their pages already, and for plain forms.
/// </summary>
[EnableCors(CorsOrigins.Policy)]
[Route("upload")]
[IssuesGuestCookie]
[ReadsFormItself]
[DisableRequestSizeLimit]
[ApiExplorerSettings(IgnoreApi = false)]
[Tags(ClientFormAttribute.Tag)]
public sealed class ClientUploadController(
    ClientUploads uploads, ClientRequests requests, PlainFiles plain, IOwnerResolver owners) : Controller
{
    /// <summary>So many ids fit in an address.</summary>
    const int MaxInUrl = 100;

    /// <summary>In bytes; longer than any id.</summary>
    const int MaxIdLength = 1024;

    const string Text = "text/plain";

    /// <summary>Tells whether a chunk is in.</summary>
    /// <remarks>The query has the client's own fields.</remarks>
    /// <response code="200">It need not be sent.</response>
    /// <response code="204">It is to be sent; no client takes that for an error.</response>
    /// <response code="302">Who names no chunk and asks for a page gets the one that people upload on.</response>
    [HttpGet]
    [OfOwner(
        UploadErrorCode.UnknownChunkFields,
        UploadErrorCode.ChunkOutOfRange,
        UploadErrorCode.ChunkLengthMismatch,
        UploadErrorCode.SessionConflict,
        UploadErrorCode.BytesLost)]
    [ProducesResponseType<ClientAnswer>(StatusCodes.Status200OK)]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    [ProducesResponseType(StatusCodes.Status302Found)]
    public async Task<IActionResult> IsReceived(CancellationToken ct)
    {
        var fields = new ClientFields(Request, new Dictionary<string, string>());
        if (requests.ReadChunk(fields) is not var (dialect, chunk))
        {
            if (AsksForPage())
            {
                return LocalRedirect("~/");
            }

            UnknownChunkFields.ThrowIfAny(Request, [], []);
            throw new UploadException(UploadErrorCode.InvalidInput, "The query names no chunk.");
        }

        Response.Headers.CacheControl = "no-store";
        return await uploads.FindAsync(chunk, owners.Resolve(HttpContext), dialect.Received is not null, ct) is { } receipt
            ? AnswerOf(receipt, dialect.Answer(fields, receipt.Received))
            : NoContent();
    }

    /// <summary>Takes a chunk, or whole files.</summary>
    /// <remarks>
    /// The form has the fields of one of the clients that are known here, or is a plain one. A browser's form is answered
    /// with a redirection to the file's page, and <c>Accept: text/plain</c> with the file's id.
    /// </remarks>
    /// <response code="200">The chunk is in, or the files are stored.</response>
    /// <response code="202">All chunks are in, and the file is still being verified.</response>
    /// <response code="302">To the page of the files.</response>
    [HttpPost]
    [ClientForm]
    [OfClientChunk]
    [ProducesResponseType<ClientAnswer>(StatusCodes.Status200OK, "application/json", "text/plain")]
    [ProducesResponseType<ClientAnswer>(StatusCodes.Status202Accepted)]
    [ProducesResponseType(StatusCodes.Status302Found)]
    public async Task<IActionResult> Receive(CancellationToken ct)
    {
        var owner = owners.Resolve(HttpContext);
        var (form, fields, named) = await requests.OpenAsync(HttpContext, owner, takesFiles: true);
        if (form.File is null)
        {
            return await TellAsync(fields, form.Fields, owner, ct);
        }

        if (named is not null)
        {
            return await ReceiveAsync(named, owner, form.File, ClientRequests.BodyOf(form, fields), fields, ct);
        }

        var files = await plain.TakeAsync(form, owner, ct);
        try
        {
            if (files.Count == 1 && requests.ReadChunk(fields, files[0].Part) is var (late, lateChunk))
            {
                return await ReceiveAsync(
                    new NamedChunk(late, lateChunk, null), owner, form.File, plain.ChunkOf(files[0], fields, form.Began), fields, ct);
            }

            var told = await plain.ReadJsonAsync(files, ct);
            UnknownChunkFields.ThrowIfAny(
                Request,
                [.. form.AllFields, .. told.Select(json => KeyValuePair.Create(json.Key.Part.Name, json.Value))],
                [.. files.Except(told.Keys).Select(file => (file.Part, file.Staged.Length))]);
            return await PublishAsync(files, fields, owner, ct);
        }
        finally
        {
            await plain.DiscardAsync(files);
        }
    }

    /// <summary>Takes an upload of the caller's own back.</summary>
    /// <remarks>The body is the file's id, as it was answered as text. The file is in the trash then.</remarks>
    [HttpDelete]
    [ReadsBody(Text)]
    [OfOwner(UploadErrorCode.FileNotFound)]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    public async Task<IActionResult> Revert([FromServices] Trash trash, CancellationToken ct)
    {
        var id = await BoundedText.ReadAsync(Request.BodyReader, MaxIdLength, MalformedFormReason.TooLarge, ct);
        await trash.PutAsync(FilesController.IdOf(id), owners.Resolve(HttpContext), ct);
        return NoContent();
    }

    async Task<IActionResult> ReceiveAsync(
        NamedChunk named, Owner owner, MultipartPart part, ChunkBody body, ClientFields fields, CancellationToken ct)
    {
        var (dialect, chunk, place) = named;
        var receipt = await uploads.ReceiveAsync(
            chunk, owner, place, body, () => requests.ReadFile(dialect, fields, part), completes: true, ct);
        return AnswerOf(receipt, dialect.Answer(fields, receipt.Index == 0 ? receipt.Received : null));
    }

    async Task<IActionResult> PublishAsync(List<PlainFile> files, ClientFields fields, Owner owner, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var isImage = files is [{ Part.Name: "image" }] && fields.Has("md5");
        var stored = await plain.PublishAsync(files, fields, owner);
        return AnswerOf([.. stored.Select(file => FileModel.Of(file, Request.PathBase))], isImage);
    }

    /// <summary>Some clients say when they have sent everything, and some ask what is in.</summary>
    async Task<IActionResult> TellAsync(
        ClientFields fields, IReadOnlyDictionary<string, string> form, Owner owner, CancellationToken ct)
    {
        if (ClientDialects.Find(fields) is not { Identifier: not null } dialect)
        {
            UnknownChunkFields.ThrowIfAny(Request, form, []);
            throw new UploadException(UploadErrorCode.InvalidInput, "The form has no file.");
        }

        var file = requests.ReadFile(dialect, fields, null);
        if (!dialect.AsksByForm)
        {
            return AnswerOf(await uploads.CompleteAsync(file, owner, _ => { }, ct), dialect.Answer(fields, null));
        }

        return await uploads.FindAsync(file, owner, ct) is { } receipt
            ? AnswerOf(receipt, dialect.Answer(fields, receipt.Received))
            : Ok(new ClientAnswer { Own = dialect.Answer(fields, []) });
    }

    /// <param name="own">What the client looks for under names of its own.</param>
    ObjectResult AnswerOf(ClientReceipt receipt, Dictionary<string, object?> own) =>
        StatusCode(
            receipt.IsCompleting ? StatusCodes.Status202Accepted : StatusCodes.Status200OK,
            ClientAnswer.Of(receipt, Request.PathBase) with { Own = own });

    IActionResult AnswerOf(IReadOnlyList<FileModel> files, bool isImage) =>
        isImage ? Content(ImagePaths.Of(files[0]), Text)
        : files.Count == 1 && AsksForText() ? Content(files[0].Id, Text)
        : !AsksForPage() ? Json(ClientAnswer.Of(files))
        : files.Count == 1 ? Redirect(files[0].Url)
        : RedirectToAction("List", "Files", new { id = files.Take(MaxInUrl).Select(file => file.Id) });

    /// <summary>Many scripts take text too; this one wants nothing else.</summary>
    bool AsksForText() => Request.Headers.Accept == Text;

    bool AsksForPage() => Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
