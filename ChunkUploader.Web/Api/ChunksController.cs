using ChunkUploader.Domain;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Web.Errors;
using ChunkUploader.Web.OpenApi;
using ChunkUploader.Web.Security;
using Microsoft.AspNetCore.Cors;
using Microsoft.AspNetCore.Mvc;

namespace ChunkUploader.Web.Api;

/// <summary>The native API: the chunks of a session, as form posts or as raw bodies.</summary>
[ApiController]
[EnableCors(CorsOrigins.Policy)]
[Route("uploads/{id}/chunks")]
[ReadsFormItself]
[DisableRequestSizeLimit]
[OfSession]
[Refuses(UploadErrorCode.ChunkOutOfRange)]
public sealed class ChunksController(ChunkReceiver chunks, IOwnerResolver owners) : ControllerBase
{
    /// <summary>Sends a chunk as a form.</summary>
    /// <remarks>Chunks come in any order and in parallel, and may be sent again.</remarks>
    /// <response code="200">The chunk is in. <c>next</c> is the lowest missing one, null when all are in.</response>
    [HttpPost]
    [Refuses(
        UploadErrorCode.ChunkLengthMismatch,
        UploadErrorCode.ChunkBusy,
        UploadErrorCode.ChunkDiffers,
        UploadErrorCode.ChunkDigestMismatch)]
    public Task<ChunkReceipt> Post(string id, [FromUploadForm<ChunkInput>] ChunkInput input, CancellationToken ct) =>
        chunks.ReceiveAsync(
            UploadsController.IdOf(id), owners.Resolve(HttpContext), input.ParseIndex(), input.Body(), ct);

    /// <summary>Sends a chunk as it is.</summary>
    /// <remarks>With a <c>Content-Length</c> or without.</remarks>
    /// <response code="200">The chunk is in. <c>next</c> is the lowest missing one, null when all are in.</response>
    [HttpPut("{index}")]
    [ReadsBody("application/octet-stream", Digest = ContentDigest.Header)]
    [Refuses(
        UploadErrorCode.ChunkLengthMismatch,
        UploadErrorCode.ChunkBusy,
        UploadErrorCode.ChunkDiffers,
        UploadErrorCode.ChunkDigestMismatch)]
    public Task<ChunkReceipt> Put(string id, string index, CancellationToken ct) =>
        chunks.ReceiveAsync(
            UploadsController.IdOf(id),
            owners.Resolve(HttpContext),
            ChunkInput.ParseIndex(index),
            new ChunkBody(Request.BodyReader, ContentDigest.Of(Request.Headers))
            {
                Announced = Request.ContentLength is { } length ? (length, length) : null,
            },
            ct);

    /// <summary>Tells whether a chunk is in.</summary>
    /// <response code="200">It is in; there is no body.</response>
    /// <response code="204">It is not.</response>
    [HttpGet("{index}")]
    [ProducesResponseType(StatusCodes.Status200OK)]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    public async Task<IActionResult> IsReceived(
        string id, string index, [FromServices] UploadService service, CancellationToken ct)
    {
        var session = (await service.GetAsync(UploadsController.IdOf(id), owners.Resolve(HttpContext), ct)).Session;
        var range = session.Plan.Locate(ChunkInput.ParseIndex(index));
        return range is { Length: 0 } || session.Received.Contains(ChunkInput.ParseIndex(index)) ? Ok() : NoContent();
    }
}
