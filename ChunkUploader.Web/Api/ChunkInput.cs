using System.Globalization;
using System.Text.Json.Serialization;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Web.Clients;
using ChunkUploader.Web.Multipart;

namespace ChunkUploader.Web.Api;

/// <summary>The fields of <c>POST /uploads/{id}/chunks</c>, as they were sent.</summary>
public sealed record ChunkInput([property: JsonIgnore] UploadForm Form) : IUploadInput<ChunkInput>
{
    /// <summary>Of the chunk, from 0 on.</summary>
    public string? Index { get; init; }

    /// <summary>One digest for each piece of 4 MiB of the file part, separated by commas.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The chunk.</summary>
    [JsonIgnore]
    public MultipartPart? File => Form.File;

    public static bool CanPlaceFile(IReadOnlyDictionary<string, string> fields) => fields.ContainsKey("index");

    public static ChunkInput From(UploadForm form) =>
        new(form) { Index = form.Field("index"), Sha256 = form.Field("sha256") };

    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunkOutOfRange"/>.</exception>
    public int ParseIndex() => ParseIndex(Index!);

    /// <summary>The same for all who name a chunk: whatever is not an index is out of every plan's range.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunkOutOfRange"/>.</exception>
    public static int ParseIndex(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            : throw new UploadException(UploadErrorCode.ChunkOutOfRange, "A chunk's index is a number from 0 on.");

    /// <summary>The chunk; digests that stand behind it in the form are read when it has been.</summary>
    public ChunkBody Body() =>
        new(File!.Body, Digests.Sha256(Sha256))
        {
            Announced = Form.Announced,
            ReadLateDigestsAsync = async ct =>
            {
                await Form.ReadRemainingFieldsAsync(ct);
                return Digests.Sha256(Form.Field("sha256"));
            },
        };
}
