using ChunkUploader.Domain;
using ChunkUploader.Domain.Uploads;
using ChunkUploader.Web.Forms;
using ChunkUploader.Web.Security;
using ChunkUploader.Web.ViewModels;
using Microsoft.AspNetCore.Mvc;

namespace ChunkUploader.Web.Controllers;

/// <summary>The native API: sessions. Their chunks are taken by <see cref="ChunksController"/>.</summary>
[ApiController]
[Route("uploads")]
[ReadsFormItself]
[DisableRequestSizeLimit]
public sealed class UploadsController(UploadService service, OwnerResolver owners, UploadPolicy policy) : ControllerBase
{
    [HttpPost]
    [LimitsBegins]
    public async Task<IActionResult> Begin(
        [FromUploadForm<BeginInput>] BeginInput input,
        [FromServices] MediaTypes types,
        [FromServices] WholeFileUpload whole,
        CancellationToken ct)
    {
        var owner = owners.Of(HttpContext);
        var file = input.Describe(types);
        var plan = input.PlanFor(file.Size!.Value, policy);
        if (input.WholeFile() is { } body)
        {
            return Ok(ModelOf(
                await whole.ReceiveAsync(file, owner, plan, body, ct)
                ?? await service.GetAsync(file.SessionId!.Value, owner, ct)));
        }

        var status = await service.BeginAsync(file, owner, plan, ct);
        return status is { IsNew: true, Challenge: null }
            ? Created($"{Request.PathBase}/uploads/{status.Session.Id}", ModelOf(status))
            : Ok(ModelOf(status));
    }

    [HttpGet]
    public async Task<IEnumerable<SessionModel>> List(CancellationToken ct) =>
        (await service.ListAsync(owners.Of(HttpContext), ct)).Select(ModelOf);

    [HttpGet("{id}")]
    public async Task<SessionModel> Get(string id, CancellationToken ct) =>
        ModelOf(await service.GetAsync(IdOf(id), owners.Of(HttpContext), ct));

    [HttpGet("{id}/blocks")]
    public async Task<BlocksModel> Blocks(
        string id, [FromServices] ReceivedBlocks blocks, CancellationToken ct, int first = 0, int count = 256)
    {
        if (first < 0 || count < 0)
        {
            throw new UploadException(UploadErrorCode.InvalidRequest, "first and count must not be negative.");
        }

        var digests = await blocks.ListAsync(IdOf(id), owners.Of(HttpContext), first, count, ct);
        return new BlocksModel(first, digests.Select(digest => digest?.ToString()));
    }

    [HttpPost("{id}/digests")]
    [LimitsBegins]
    public async Task<SessionModel> TellDigests(
        string id, [FromUploadForm<DigestsInput>] DigestsInput input, CancellationToken ct)
    {
        if (input.ParseMd5() is not { } md5 || input.ParseContentHash() is not { } contentHash)
        {
            throw new UploadException(UploadErrorCode.InvalidRequest, "md5 and contentHash are both required.");
        }

        return ModelOf(await service.TellDigestsAsync(IdOf(id), owners.Of(HttpContext), md5, contentHash, ct));
    }

    [HttpPost("{id}/proof")]
    [LimitsBegins]
    public async Task<SessionModel> Prove(
        string id,
        [FromUploadForm<ProofInput>] ProofInput input,
        [FromServices] RequestLimits limits,
        CancellationToken ct)
    {
        var owner = owners.Of(HttpContext);
        limits.EnsureMayProve(owner);
        var status = await service.ProveAsync(IdOf(id), owner, input.ParseAnswer(), ct);
        if (status.IsWrongProof)
        {
            limits.CountWrongProof(owner);
        }

        return ModelOf(status);
    }

    [HttpPost("{id}/complete")]
    public async Task<IActionResult> Complete(
        string id, [FromUploadForm<DigestsInput>] DigestsInput input, CancellationToken ct)
    {
        var status = await service.CompleteAsync(
            IdOf(id), owners.Of(HttpContext), input.ParseMd5(), input.ParseContentHash(), ct);
        if (status.Session.State == UploadState.Completed)
        {
            return Ok(ModelOf(status));
        }

        Response.Headers.RetryAfter = "1";
        return Accepted(ModelOf(status));
    }

    [HttpDelete("{id}")]
    public async Task<IActionResult> Cancel(string id, CancellationToken ct)
    {
        await service.CancelAsync(IdOf(id), owners.Of(HttpContext), ct);
        return NoContent();
    }

    SessionModel ModelOf(UploadStatus status) =>
        SessionModel.Of(status, status.File is { } file ? FileModel.Of(file, Request.PathBase) : null);

    internal static Id<UploadSession> IdOf(string id) =>
        Id<UploadSession>.TryParse(id, out var parsed) ? parsed : throw UploadException.NotFound();
}
