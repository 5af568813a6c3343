using ChunkUploader.Domain;

namespace ChunkUploader.Web.Errors;

/// <summary>How each refusal is told over HTTP: the one table of HTTP status codes, codes and titles.</summary>
public static class ErrorTable
{
    /// <summary>The code of what is refused to pages of other sites, with status 403.</summary>
    public const string CrossSite = "cross-site";

    public const string CrossSiteTitle = "Refused to another site";

    public static readonly IReadOnlyDictionary<UploadErrorCode, (int Status, string Code, string Title)> Rows =
        new Dictionary<UploadErrorCode, (int, string, string)>
        {
            [UploadErrorCode.InvalidInput] = (400, "invalid-request", "The request is not valid"),
            [UploadErrorCode.UnknownChunkFields] = (400, "unknown-chunk-fields", "The client is not known here"),
            [UploadErrorCode.ChunkOutOfRange] = (400, "chunk-out-of-range", "There is no such chunk"),
            [UploadErrorCode.ChunkLengthMismatch] = (400, "chunk-length-mismatch", "The chunk has the wrong length"),
            [UploadErrorCode.UploadNotFound] = (404, "upload-not-found", "There is no such upload"),
            [UploadErrorCode.FileNotFound] = (404, "file-not-found", "There is no such file"),
            [UploadErrorCode.Timeout] = (408, "request-timeout", "The request came too slowly"),
            [UploadErrorCode.AddressChanged] = (409, "address-changed", "The network address has changed"),
            [UploadErrorCode.ChunkBusy] = (409, "chunk-busy", "The chunk is being written"),
            [UploadErrorCode.ChunkDiffers] = (409, "chunk-differs", "The chunk is in already, with other bytes"),
            [UploadErrorCode.ChunkOutOfOrder] = (409, "chunk-out-of-order", "The chunk comes before its turn"),
            [UploadErrorCode.ChunksMissing] = (409, "chunks-missing", "Chunks are missing"),
            [UploadErrorCode.SessionConflict] = (409, "session-conflict", "The upload does not allow this now"),
            [UploadErrorCode.UploadTakenOver] = (410, "upload-taken-over", "The upload goes on on another device"),
            [UploadErrorCode.FileTooLarge] = (413, "file-too-large", "The file is too large"),
            [UploadErrorCode.ChunkDigestMismatch] = (422, "chunk-digest-mismatch", "The chunk was damaged on its way"),
            [UploadErrorCode.DigestMismatch] = (422, "digest-mismatch", "The file is not the announced one"),
            [UploadErrorCode.RateLimited] = (429, "too-many-requests", "Too many requests"),
            [UploadErrorCode.TooManyUploads] = (429, "too-many-uploads", "Too many unfinished uploads"),
            [UploadErrorCode.Damaged] = (500, "damaged", "The stored file is damaged"),
            [UploadErrorCode.BytesLost] = (503, "bytes-lost", "Received bytes were lost"),
            [UploadErrorCode.StorageFull] = (507, "storage-full", "There is no room left"),
        };

    static readonly Dictionary<int, (string Code, string Title, string Detail)> Framework = new()
    {
        [400] = ("invalid-request", "The request is not valid", "A form was perhaps open for too long."),
        [404] = ("not-found", "There is nothing here", "The address is not right, or what was here is gone."),
        [405] = ("method-not-allowed", "The method is not allowed", "Allow names those that this address takes."),
        [415] = ("unsupported-encoding", "The body is compressed", "Only Content-Encoding: identity is taken here."),
        [500] = ("server-error", "The server made a mistake", "It has been written down."),
    };

    /// <summary>All codes of refusals and faults.</summary>
    public static IEnumerable<string> Codes =>
        Rows.Values.Select(row => row.Code).Append(CrossSite).Union(Framework.Values.Select(row => row.Code));

    /// <summary>What the framework answers by itself.</summary>
    /// <param name="status">From 400 to 599.</param>
    public static (string Code, string Title, string Detail) OfStatus(int status) =>
        Framework.TryGetValue(status, out var row) ? row : Framework[status < 500 ? 400 : 500];
}
