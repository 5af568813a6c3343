using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Clients;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Web.Api;
using ChunkUploader.Web.Downloads;
using ChunkUploader.Web.Errors;
using ChunkUploader.Web.OpenApi;
using ChunkUploader.Web.Security;
using Microsoft.AspNetCore.Cors;
using Microsoft.AspNetCore.Mvc;

namespace ChunkUploader.Web.Clients;

/// <summary>
/// For clients that know a file by its md5, or by an identifier that they call its hash: is it there, take this chunk
/// of it, complete it.
/// </summary>
[EnableCors(CorsOrigins.Policy)]
[ApiController]
[IssuesGuestCookie]
[ReadsFormItself]
[DisableRequestSizeLimit]
[Tags(ClientFormAttribute.Tag)]
public sealed class Md5Controller(
    ClientUploads uploads, ClientRequests requests, Md5Claims claims, IOwnerResolver owners) : ControllerBase
{
    /// <summary>Tells where the image of an md5 can be shown; <c>no</c> if it is not there.</summary>
    [HttpPost("check")]
    [RateLimited]
    [ClientForm("md5", TakesJson = true)]
    [OfOwner]
    [ProducesResponseType<string>(StatusCodes.Status200OK, "text/plain")]
    public async Task<ContentResult> FindImage(CancellationToken ct)
    {
        var fields = await ReadFieldsAsync();
        var file = await claims.FindAsync(RequireMd5(fields), null, null, owners.Resolve(HttpContext), ct);
        return Content(
            file is not null && MediaTypes.IsImage(file.ContentType)
                ? ImagePaths.Of(FileModel.Of(file, Request.PathBase))
                : "no",
            "text/plain");
    }

    /// <summary>Tells what is in of a file.</summary>
    [HttpPost("chunked/check")]
    [HttpPost("chunked/verify")]
    [HttpGet("chunked/verify")]
    [RateLimited]
    [ClientForm("md5", "fileHash", "name", "fileName", "size", "total", TakesJson = true)]
    [OfOwner(
        UploadErrorCode.ChunkOutOfRange,
        UploadErrorCode.ChunkLengthMismatch,
        UploadErrorCode.SessionConflict,
        UploadErrorCode.FileTooLarge,
        UploadErrorCode.BytesLost)]
    public async Task<Md5Answer> Check(CancellationToken ct)
    {
        var fields = await ReadFieldsAsync();
        Response.Headers.CacheControl = "no-store";

        // To be found, a file may get another name: a link of another site must not do that.
        if (HttpMethods.IsPost(Request.Method) && await FindStoredAsync(fields, ct) is { } stored)
        {
            return stored;
        }

        var receipt = await uploads.FindAsync(await FindFileAsync(fields, ct), owners.Resolve(HttpContext), ct);
        return AnswerOf(receipt) with { UploadedList = receipt?.Received ?? [] };
    }

    /// <summary>Takes a chunk.</summary>
    [HttpPost("chunked/chunk")]
    [ClientForm("md5", "total", "current", "fileHash", "totalChunks", "chunkIndex")]
    [OfClientChunk]
    public async Task<Md5Answer> Receive(CancellationToken ct)
    {
        var owner = owners.Resolve(HttpContext);
        var (form, fields, named) = await requests.OpenAsync(HttpContext, owner, takesFiles: false);
        if (form.File is null
            || named is not var (dialect, chunk, place)
            || dialect != DialectOf(fields))
        {
            throw new UploadException(
                UploadErrorCode.InvalidInput,
                "md5, total, current and a file are required, or fileHash, totalChunks, chunkIndex and a file.");
        }

        var receipt = await uploads.ReceiveAsync(
            chunk, owner, place, ClientRequests.BodyOf(form, fields), () => requests.ReadFile(dialect, fields, form.File), completes: false, ct);
        return AnswerOf(receipt);
    }

    /// <summary>Verifies the file's md5, where it was said, and publishes it.</summary>
    [HttpPost("chunked/merge")]
    [ClientForm("md5", "fileHash", "name", "fileName", TakesJson = true)]
    [OfOwner(
        UploadErrorCode.UploadNotFound,
        UploadErrorCode.FileNotFound,
        UploadErrorCode.ChunksMissing,
        UploadErrorCode.SessionConflict,
        UploadErrorCode.DigestMismatch,
        UploadErrorCode.BytesLost)]
    [ProducesResponseType<Md5Answer>(StatusCodes.Status200OK)]
    [ProducesResponseType<Md5Answer>(StatusCodes.Status202Accepted)]
    public async Task<IActionResult> Complete([FromServices] MediaTypes types, CancellationToken ct)
    {
        var (fields, owner) = (await ReadFieldsAsync(), owners.Resolve(HttpContext));
        var file = await FindFileAsync(fields, ct);
        if (!await uploads.IsOpenAsync(file, owner, ct) && await FindStoredAsync(fields, ct) is { } stored)
        {
            return Ok(stored);
        }

        var receipt = await uploads.CompleteAsync(
            file,
            owner,
            session =>
            {
                if (fields.Text(DialectOf(fields).FileName) is { } name)
                {
                    var clean = FileName.Clean(name);
                    session.Rename(clean, types.Of(clean, null));
                }
            },
            ct);
        return receipt.IsCompleting ? Accepted(AnswerOf(receipt)) : Ok(AnswerOf(receipt));
    }

    Task<ClientFields> ReadFieldsAsync() => requests.ReadFieldsAsync(HttpContext, owners.Resolve(HttpContext));

    /// <summary>One of the two that are spoken here: a chunk of another one would never be found again.</summary>
    static ClientDialect DialectOf(ClientFields fields) =>
        fields.Text(ClientDialects.FileHash.Identifier) is not null ? ClientDialects.FileHash
        : fields.Has("md5") ? ClientDialects.Md5
        : throw new UploadException(UploadErrorCode.InvalidInput, "md5 or fileHash is required.");

    /// <summary>Some pages say the name only when they complete.</summary>
    async Task<ChunkedFile> FindFileAsync(ClientFields fields, CancellationToken ct)
    {
        var dialect = DialectOf(fields);
        var file = requests.ReadFile(dialect, fields, null);
        return dialect.Key == FileKey.Identifier || await uploads.KnowsAsync(file, owners.Resolve(HttpContext), ct)
            ? file
            : requests.ReadFile(dialect with { FileName = null }, fields, null);
    }

    async Task<Md5Answer?> FindStoredAsync(ClientFields fields, CancellationToken ct)
    {
        // Anything else may be a hash of samples, which another file has too.
        if (Digests.Md5(fields) is not { } md5)
        {
            return null;
        }

        var name = fields.Text("name") is { } said ? FileName.Clean(said) : null;
        var file = await claims.FindAsync(md5, name, fields.Number("size"), owners.Resolve(HttpContext), ct);
        return file is null ? null : new Md5Answer(true, null, [], null, FileModel.Of(file, Request.PathBase));
    }

    Md5Answer AnswerOf(ClientReceipt? receipt) =>
        receipt is null ? new Md5Answer(false, 0, [], null, null)
        : new Md5Answer(
            receipt.File is not null,
            receipt.Next,
            receipt.Missing,
            receipt.Plan.ChunkSize,
            receipt.File is null ? null : FileModel.Of(receipt.File, Request.PathBase));

    static Md5Digest RequireMd5(ClientFields fields) =>
        Digests.Md5(fields) ?? throw new UploadException(UploadErrorCode.InvalidInput, "md5 is required.");
}
