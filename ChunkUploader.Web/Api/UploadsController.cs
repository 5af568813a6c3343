using ChunkUploader.Domain;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Completion;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Web.Clients;
using ChunkUploader.Web.Downloads;
using ChunkUploader.Web.Errors;
using ChunkUploader.Web.Security;
using Microsoft.AspNetCore.Cors;
using Microsoft.AspNetCore.Mvc;

namespace ChunkUploader.Web.Api;

/// <summary>The native API: sessions. Their chunks are taken by <see cref="ChunksController"/>.</summary>
[ApiController]
[EnableCors(CorsOrigins.Policy)]
[Route("uploads")]
[ReadsFormItself]
[DisableRequestSizeLimit]
[ResponseCache(NoStore = true)] // with the session comes the secret of its resumeUrl
public sealed class UploadsController(
    UploadService service, IOwnerResolver owners, UploadPolicy policy, ResumeLinkSecrets secrets) : ControllerBase
{
    /// <summary>Begins an upload, or goes on with the open one of the same file.</summary>
    /// <remarks>
    /// A file of up to 64 MiB can be sent along, and is completed at once. Who tells <c>md5</c> and <c>contentHash</c> may
    /// get an instant upload on offer.
    /// </remarks>
    /// <response code="200">The open session of the same file, or one that is completed already.</response>
    /// <response code="201">A new session.</response>
    [HttpPost]
    [RateLimited]
    [OfOwner(
        UploadErrorCode.UnknownChunkFields,
        UploadErrorCode.ChunkLengthMismatch,
        UploadErrorCode.UploadNotFound,
        UploadErrorCode.FileNotFound,
        UploadErrorCode.SessionConflict,
        UploadErrorCode.FileTooLarge,
        UploadErrorCode.DigestMismatch,
        UploadErrorCode.TooManyUploads,
        UploadErrorCode.BytesLost)]
    [ProducesResponseType<SessionModel>(StatusCodes.Status200OK)]
    [ProducesResponseType<SessionModel>(StatusCodes.Status201Created)]
    public async Task<IActionResult> Begin(
        [FromUploadForm<BeginInput>] BeginInput input,
        [FromServices] MediaTypes types,
        [FromServices] WholeFileUpload whole,
        CancellationToken ct)
    {
        var owner = owners.Resolve(HttpContext);
        var file = input.Describe(types);
        var plan = input.File is null
            ? policy.PlanFor(file.Size!.Value, input.ParseChunkSize())
            : UploadPolicy.PlanForWhole(file.Size!.Value);
        if (input.WholeFile(Request) is { } body)
        {
            var stored = await whole.ReceiveAsync(file, owner, plan, body, ct)
                ?? await service.GetAsync(file.SessionId!.Value, owner, ct);
            return Ok(ModelOf(stored, owner));
        }

        var status = await service.BeginAsync(file, owner, plan, ct);
        return status is { IsNew: true, Challenge: null }
            ? Created($"{Request.PathBase}/uploads/{status.Session.Id}", ModelOf(status, owner))
            : Ok(ModelOf(status, owner));
    }

    /// <summary>The owner's unfinished sessions, the newest first.</summary>
    /// <remarks>Not those of other clients' forms; none for a guest.</remarks>
    [HttpGet]
    [OfOwner]
    public async Task<IEnumerable<SessionModel>> List(CancellationToken ct)
    {
        var owner = owners.Resolve(HttpContext);
        return (await service.ListAsync(owner, ct)).Select(status => ModelOf(status, owner));
    }

    /// <summary>What the server takes.</summary>
    [HttpGet("limits")]
    public LimitsModel Limits() => LimitsModel.Of(policy);

    /// <summary>A session.</summary>
    [HttpGet("{id}")]
    [OfSession]
    public async Task<SessionModel> Get(string id, CancellationToken ct)
    {
        var owner = owners.Resolve(HttpContext);
        return ModelOf(await service.GetAsync(IdOf(id), owner, ct), owner);
    }

    /// <summary>The digests of received blocks.</summary>
    /// <remarks>With these a client compares what is in with its own file before it goes on.</remarks>
    /// <param name="first">The first block.</param>
    /// <param name="count">How many, at most 256.</param>
    [HttpGet("{id}/blocks")]
    [OfSession]
    public async Task<BlocksModel> Blocks(
        string id, [FromServices] ReceivedBlocks blocks, CancellationToken ct, int first = 0, int count = 256)
    {
        if (first < 0 || count < 0)
        {
            throw new UploadException(UploadErrorCode.InvalidInput, "first and count must not be negative.");
        }

        var digests = await blocks.ListAsync(IdOf(id), owners.Resolve(HttpContext), first, count, ct);
        return new BlocksModel(first, digests.Select(digest => digest?.ToString()));
    }

    /// <summary>Tells the file's digests while it is being sent.</summary>
    /// <remarks>It may bring an instant upload on offer, for two minutes; chunks are taken meanwhile.</remarks>
    [HttpPost("{id}/digests")]
    [RateLimited]
    [OfSession]
    public async Task<SessionModel> TellDigests(
        string id, [FromUploadForm<DigestsInput>(IsAllRequired = true)] DigestsInput input, CancellationToken ct)
    {
        if (input.ParseMd5() is not { } md5 || input.ParseContentHash() is not { } contentHash)
        {
            throw new UploadException(UploadErrorCode.InvalidInput, "md5 and contentHash are both required.");
        }

        var owner = owners.Resolve(HttpContext);
        return ModelOf(await service.TellDigestsAsync(IdOf(id), owner, md5, contentHash, ct), owner);
    }

    /// <summary>Answers an offer of an instant upload.</summary>
    /// <remarks>There is one answer to an offer: after a wrong one the upload goes on.</remarks>
    [HttpPost("{id}/proof")]
    [RateLimited]
    [OfSession]
    public async Task<SessionModel> Prove(
        string id,
        [FromUploadForm<ProofInput>] ProofInput input,
        [FromServices] RequestLimits limits,
        CancellationToken ct)
    {
        var owner = owners.Resolve(HttpContext);
        return ModelOf(
            await limits.JudgeProofAsync(
                owner, () => service.ProveAsync(IdOf(id), owner, input.ParseAnswer(), ct), ct),
            owner);
    }

    /// <summary>Verifies the file and publishes it.</summary>
    /// <remarks>It may be repeated at any time.</remarks>
    /// <response code="200">The file is stored.</response>
    /// <response code="202">It is still being verified: ask again.</response>
    [HttpPost("{id}/complete")]
    [OfSession]
    [Refuses(UploadErrorCode.ChunksMissing, UploadErrorCode.DigestMismatch, UploadErrorCode.FileNotFound)]
    [ProducesResponseType<SessionModel>(StatusCodes.Status200OK)]
    [ProducesResponseType<SessionModel>(StatusCodes.Status202Accepted)]
    public async Task<IActionResult> Complete(
        string id, [FromUploadForm<DigestsInput>] DigestsInput input, CancellationToken ct)
    {
        var owner = owners.Resolve(HttpContext);
        var status = await service.CompleteAsync(IdOf(id), owner, input.ParseMd5(), input.ParseContentHash(), ct);
        if (status.Session.State == UploadState.Completed)
        {
            return Ok(ModelOf(status, owner));
        }

        Response.Headers.RetryAfter = "1";
        return Accepted(ModelOf(status, owner));
    }

    /// <summary>Makes the caller the session's owner.</summary>
    [HttpPost("{id}/take-over")]
    [RateLimited]
    [OfSession]
    [Refuses(UploadErrorCode.UploadTakenOver, UploadErrorCode.TooManyUploads)]
    public async Task<SessionModel> TakeOver(
        string id,
        [FromUploadForm<OwnershipTransferInput>] OwnershipTransferInput input,
        [FromServices] OwnershipTransfer takeOver,
        CancellationToken ct)
    {
        var owner = owners.Resolve(HttpContext);
        return ModelOf(await takeOver.TakeAsync(IdOf(id), input.Secret, owner, ct), owner);
    }

    /// <summary>Cancels an upload.</summary>
    /// <remarks>What was received is gone; a file that the session has published stays.</remarks>
    [HttpDelete("{id}")]
    [OfSession]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    public async Task<IActionResult> Cancel(string id, CancellationToken ct)
    {
        await service.CancelAsync(IdOf(id), owners.Resolve(HttpContext), ct);
        return NoContent();
    }

    /// <param name="owner">Who is answered.</param>
    SessionModel ModelOf(UploadStatus status, Owner owner) =>
        SessionModel.Of(
            status,
            status.File is { } file ? FileModel.Of(file, Request.PathBase) : null,
            status is { IsCompleting: false, Session: { State: UploadState.Receiving, Client: null, Id: var id } }
                ? $"{Request.PathBase}/#resume={id}.{secrets.Of(id, owner.Key)}"
                : null);

    internal static Id<UploadSession> IdOf(string id) =>
        Id<UploadSession>.TryParse(id, out var parsed) ? parsed : throw UploadException.NotFound();
}
