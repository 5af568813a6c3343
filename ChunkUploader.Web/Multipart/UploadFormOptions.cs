using ChunkUploader.Domain.Catalog;

namespace ChunkUploader.Web.Multipart;

public sealed class UploadFormOptions
{
    /// <summary>When the request came.</summary>
    public required DateTimeOffset Began { get; init; }

    public MultipartLimits Limits { get; init; } = MultipartLimits.Default;

    /// <summary>The longest application/x-www-form-urlencoded body, in bytes.</summary>
    public int MaxUrlEncodedLength { get; init; } = 1024 * 1024;

    /// <summary>
    /// Whether the fields that came before the file are all that the endpoint must know to place its bytes. If not, the
    /// file is staged until the fields after it are known. A rule rather than a list of names, because an endpoint
    /// may speak several dialects.
    /// </summary>
    public Func<MultipartPart, IReadOnlyDictionary<string, string>, ValueTask<bool>> CanPlaceFile { get; init; } =
        static (_, _) => ValueTask.FromResult(true);

    /// <summary>Where a file is staged.</summary>
    public required IStagingStore Staging { get; init; }

    /// <summary>Throws where there is no room for so many more bytes of a file that is staged.</summary>
    public Action<long> EnsureRoomToStage { get; init; } = static _ => { };

    public required long MaxStagedBytes { get; init; }
}
