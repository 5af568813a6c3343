using System.Globalization;
using System.Text.Json.Serialization;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Completion;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Web.Clients;
using ChunkUploader.Web.Downloads;
using ChunkUploader.Web.Multipart;

namespace ChunkUploader.Web.Api;

/// <summary>The fields of <c>POST /uploads</c>, as they were sent.</summary>
public sealed record BeginInput([property: JsonIgnore] UploadForm Form) : IUploadInput<BeginInput>
{
    static readonly HashSet<string> OwnFields = new(
        [
            "id", "fileName", "size", "contentType", "relativePath", "lastModified", "chunkSize", "md5", "contentHash",
            "firstBlock",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Only with a whole file, before it: the id that its session is to have.</summary>
    public string? Id { get; init; }

    /// <summary>Is made safe: without folders, control characters and marks that turn the reading direction, and at most
    /// 255 characters long.</summary>
    public string? FileName { get; init; }

    /// <summary>Of the file, in bytes.</summary>
    public string? Size { get; init; }

    /// <summary>The file's media type; without it, the file's name tells.</summary>
    public string? ContentType { get; init; }

    /// <summary>The file's path in the folder that was picked.</summary>
    public string? RelativePath { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    public string? LastModified { get; init; }

    /// <summary>A wish, in bytes; the answer has the size that holds.</summary>
    public string? ChunkSize { get; init; }

    /// <summary>Of the file.</summary>
    public string? Md5 { get; init; }

    /// <summary>SHA-256 over the SHA-256 digests of the file's blocks of 4 MiB.</summary>
    public string? ContentHash { get; init; }

    /// <summary>SHA-256 of the first 4 MiB of the file.</summary>
    public string? FirstBlock { get; init; }

    /// <summary>The whole file, behind all fields that are needed to place it.</summary>
    [JsonIgnore]
    public MultipartPart? File => Form.File;

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
            ContentType = types.Of(name, ContentType ?? File?.ContentType),
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
        if (File is not { } sent)
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

    /// <summary>How long the client wants its chunks to be, in bytes; null where it has no wish. No property, as those are
    /// read before the fields have been validated.</summary>
    public long? ParseChunkSize() => ChunkSize is null ? null : long.Parse(ChunkSize, CultureInfo.InvariantCulture);
}
