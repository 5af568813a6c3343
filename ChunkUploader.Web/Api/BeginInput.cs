using System.Globalization;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Completion;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Web.Clients;
using ChunkUploader.Web.Multipart;

namespace ChunkUploader.Web.Api;

/// <summary>The fields of <c>POST /uploads</c>, as they were sent.</summary>
public sealed record BeginInput(UploadForm Form) : IUploadInput<BeginInput>
{
    static readonly HashSet<string> OwnFields = new(
        [
            "id", "fileName", "size", "contentType", "relativePath", "lastModified", "chunkSize", "md5", "contentHash",
            "firstBlock",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>The id that the session of a file that is sent along is to have.</summary>
    public string? Id { get; init; }

    public string? FileName { get; init; }

    public string? Size { get; init; }

    public string? ContentType { get; init; }

    public string? RelativePath { get; init; }

    public string? LastModified { get; init; }

    public string? ChunkSize { get; init; }

    public string? Md5 { get; init; }

    public string? ContentHash { get; init; }

    public string? FirstBlock { get; init; }

    public static bool CanPlaceFile(IReadOnlyDictionary<string, string> fields) =>
        fields.ContainsKey("fileName") && fields.ContainsKey("size");

    public static BeginInput From(UploadForm form) =>
        new(form)
        {
            Id = form.Field("id"),
            FileName = form.Field("fileName"),
            Size = form.Field("size"),
            ContentType = form.Field("contentType"),
            RelativePath = form.Field("relativePath"),
            LastModified = form.Field("lastModified"),
            ChunkSize = form.Field("chunkSize"),
            Md5 = form.Field("md5"),
            ContentHash = form.Field("contentHash"),
            FirstBlock = form.Field("firstBlock"),
        };

    /// <summary>What the fields say; they must have been validated.</summary>
    public FileDescription Describe(MediaTypes types)
    {
        var name = Domain.Catalog.FileName.Clean(FileName!);
        return new FileDescription
        {
            SessionId = Domain.Id<UploadSession>.TryParse(Id, out var id) ? id : null,
            FileName = name,
            RelativePath = Domain.Catalog.FileName.CleanPath(RelativePath),
            Size = long.Parse(Size!, CultureInfo.InvariantCulture),
            ContentType = types.Of(name, ContentType ?? Form.File?.ContentType),
            LastModified = LastModified is null ? null : long.Parse(LastModified, CultureInfo.InvariantCulture),
            Md5 = Md5Digest.TryParse(Md5, out var md5) ? md5 : null,
            ContentHash = Domain.Hashing.ContentHash.TryParse(ContentHash, out var hash) ? hash : null,
            FirstBlock = Sha256Digest.TryParse(FirstBlock, out var block) ? block : null,
        };
    }

    /// <summary>The file, where it is sent along; digests that stand behind it in the form are read when it has been.
    /// </summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.UnknownChunkFields"/>: what is sent along is one chunk
    /// of a file; also where fields behind it say so.</exception>
    public WholeFileBody? WholeFile(HttpRequest request)
    {
        if (Form.File is not { } sent)
        {
            return null;
        }

        EnsureWhole(request);
        return new WholeFileBody(sent.Body, async ct =>
        {
            await Form.ReadRemainingFieldsAsync(ct);
            EnsureWhole(request);
            var digests = DigestsInput.From(Form);
            return (digests.ParseMd5(), digests.ParseContentHash());
        });
    }

    void EnsureWhole(HttpRequest request) => UnknownChunkFields.ThrowIfAny(
        request, Form.AllFields.Where(field => !OwnFields.Contains(field.Key)), []);

    /// <summary>How long the client wants its chunks to be, in bytes; null where it has no wish.</summary>
    public long? WishedChunkSize => ChunkSize is null ? null : long.Parse(ChunkSize, CultureInfo.InvariantCulture);
}
