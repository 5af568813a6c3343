using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Sessions;
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
public sealed class ChunksController(ChunkReceiver chunks, IOwnerResolver owners) : ControllerBase
{
    [HttpPost]
    public Task<ChunkReceipt> Post(string id, [FromUploadForm<ChunkInput>] ChunkInput input, CancellationToken ct) =>
        chunks.ReceiveAsync(
            UploadsController.IdOf(id), owners.Resolve(HttpContext), input.ParseIndex(), input.Body(), ct);

    [HttpPut("{index}")]
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

    /// <summary>200: it is in. 204: it is not. Both without a body.</summary>
    [HttpGet("{index}")]
    public async Task<IActionResult> IsReceived(
        string id, string index, [FromServices] UploadService service, CancellationToken ct)
    {
        var session = (await service.GetAsync(UploadsController.IdOf(id), owners.Resolve(HttpContext), ct)).Session;
        var range = session.Plan.Locate(ChunkInput.ParseIndex(index));
        return range is { Length: 0 } || session.Received.Contains(ChunkInput.ParseIndex(index)) ? Ok() : NoContent();
    }
}
