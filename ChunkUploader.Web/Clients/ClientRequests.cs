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
    /// <exception cref="UploadException">So is the chunk, or <see cref="UploadErrorCode.RateLimited"/>.</exception>
    public async Task<ClientForm> OpenAsync(HttpContext context, Owner owner, bool takesFiles)
    {
        (ClientDialect Dialect, ClientChunk Chunk, ChunkPlace Place)? found = null;
        var form = await forms.ReadAsync(context, policy.MaxFileSize, async (part, fields) =>
        {
            var said = new ClientFields(context.Request, fields);
            if (ClientDialects.Find(said) is not { } dialect)
            {
                return takesFiles; // a whole one, whatever its size; else see PlainFiles
            }

            if (part.HasGuessedText || !dialect.TellsFile(said) || chunks.ReadChunk(dialect, said, part) is not { } chunk)
            {
                return false;
            }

            var place = await uploads.FindPlaceAsync(chunk, owner, context.RequestAborted);
            context.Response.RegisterForDispose(place);
            if (place.BeginsSession)
            {
                limits.CountBegin(owner);
            }

            found = place.IsKnown ? (dialect, chunk, place) : null; // fields behind a staged file may say more
            return place.IsKnown;
        });
        var all = new ClientFields(context.Request, form.Fields);
        return new ClientForm(
            form,
            all,
            found is var (known, its, at) ? new NamedChunk(known, its, at)
                : form.File is { } file && ReadChunk(all, file) is var (dialect, chunk) ? new NamedChunk(dialect, chunk, null)
                : null);
    }

    /// <summary>The fields of a request that brings no file: of a form, of a JSON object, or of the query.</summary>
    /// <exception cref="MalformedFormException">The form is refused.</exception>
    public async Task<ClientFields> ReadFieldsAsync(HttpContext context, Owner owner) =>
        new(context.Request, context.Request.HasJsonContentType()
            ? JsonFields.Read(await BoundedText.ReadAsync(
                context.Request.BodyReader, MaxJsonLength, MalformedFormReason.TooLarge, context.RequestAborted))
            : (await OpenAsync(context, owner, takesFiles: false)).Form.Fields);

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
        var (part, staged) = (form.File!, form.File!.Staged);
        return new ChunkBody(part.Body)
        {
            Length = staged?.Length,
            Began = form.Began,
            Announced = form.Announced,
            Reopen = staged is null ? null : staged.Read,
            ReadLateDigestsAsync = async ct =>
            {
                await form.ReadRemainingFieldsAsync(ct);
                return Digests.Sha256(fields.Text("sha256"));
            },
        };
    }
}

/// <summary>A form of a client, read up to its file.</summary>
/// <param name="Fields">All that the request says; grows as the rest of the form is read.</param>
/// <param name="Chunk">The chunk that its file is; null where the fields read so far name none.</param>
public sealed record ClientForm(UploadForm Form, ClientFields Fields, NamedChunk? Chunk);

/// <summary>A chunk that a form names.</summary>
/// <param name="Place">What was found for it while its fields were read; null where it was staged.</param>
public sealed record NamedChunk(ClientDialect Dialect, ClientChunk Chunk, ChunkPlace? Place);
