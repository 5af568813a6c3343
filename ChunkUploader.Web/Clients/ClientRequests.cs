using ChunkUploader.Domain;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Clients;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Web.Multipart;
using ChunkUploader.Web.Security;

namespace ChunkUploader.Web.Clients;

/// <summary>Requests of form clients, up to the point where it is known what they carry.</summary>
public sealed class ClientRequests(
    UploadFormReader forms, ClientUploads uploads, ClientChunkReader chunks, RequestLimits limits, UploadPolicy policy)
{
    /// <summary>In bytes; as much as of an urlencoded form.</summary>
    const int MaxJsonLength = 256 * 1024;

    /// <summary>Reads a form up to its file, which is staged unless its place is known.</summary>
    /// <param name="takesFiles">A file without fields in front of it may be a whole one, of any size.</param>
    /// <exception cref="MalformedFormException">The form is refused.</exception>
    /// <exception cref="UploadException">So is the chunk, or <see cref="UploadErrorCode.TooManyRequests"/>.</exception>
    public Task<UploadForm> OpenAsync(HttpContext context, Owner owner, bool takesFiles) =>
        forms.ReadAsync(
            context,
            policy.MaxFileSize,
            (part, fields) => CanPlaceAsync(
                new ClientFields(context.Request, fields), part, owner, takesFiles, context.RequestAborted));

    /// <summary>The fields of a request that brings no file: of a form, of a JSON object, or of the query.</summary>
    /// <exception cref="MalformedFormException">The form is refused.</exception>
    public async Task<ClientFields> ReadFieldsAsync(HttpContext context, Owner owner) =>
        new(context.Request, context.Request.HasJsonContentType()
            ? JsonFields.Read(await BoundedText.ReadAsync(
                context.Request.BodyReader, MaxJsonLength, MalformedFormReason.TooLarge, context.RequestAborted))
            : (await OpenAsync(context, owner, takesFiles: false)).Fields);

    /// <summary>The chunk that a form or a query names; null if it names none.</summary>
    public (ClientDialect Dialect, ClientChunk Chunk)? ReadChunk(ClientFields fields, MultipartPart? part = null) =>
        ClientDialects.Find(fields) is { } dialect && chunks.ReadChunk(dialect, fields, part) is { } chunk
            ? (dialect, chunk)
            : null;

    public ChunkedFile ReadFile(ClientDialect dialect, ClientFields fields, MultipartPart? part) =>
        chunks.ReadFile(dialect, fields, part);

    /// <summary>The chunk's bytes; digests that stand behind them in the form are read when they have been.</summary>
    public static ChunkBody BodyOf(UploadForm form, ClientFields fields)
    {
        var (part, aside) = (form.File!, form.File!.Stage);
        return new ChunkBody(part.Body)
        {
            Length = aside?.Length,
            Began = form.Began,
            Announced = form.Announced,
            Reopen = aside is null ? null : aside.Read,
            ReadLateDigestsAsync = async ct =>
            {
                await form.ReadRemainingFieldsAsync(ct);
                return Digests.Sha256(fields.Text("sha256"));
            },
        };
    }

    async ValueTask<bool> CanPlaceAsync(
        ClientFields fields, MultipartPart part, Owner owner, bool takesFiles, CancellationToken ct)
    {
        if (ClientDialects.Find(fields) is not { } dialect)
        {
            return takesFiles; // a whole one, whatever its size; else see PlainFiles
        }

        if (!dialect.TellsFile(fields) || chunks.ReadChunk(dialect, fields, part) is not { } chunk)
        {
            return false;
        }

        var place = await uploads.FindPlaceAsync(chunk, owner, ct);
        if (place.BeginsSession)
        {
            limits.CountBegin(owner);
        }

        return place.IsKnown;
    }
}
