using ChunkUploader.Domain;

namespace ChunkUploader.Web.Errors;

/// <summary>Says of an action, or of all of a controller, with which codes it refuses, beside those that every call of its
/// kind has.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public class RefusesAttribute(params UploadErrorCode[] codes) : Attribute
{
    public IReadOnlyList<UploadErrorCode> Codes => codes;
}

/// <summary>A call on behalf of an owner, whom the request names or a cookie tells.</summary>
public class OfOwnerAttribute(params UploadErrorCode[] codes)
    : RefusesAttribute([UploadErrorCode.InvalidInput, UploadErrorCode.StorageFull, .. codes]);

/// <summary>A call about a session of the owner's.</summary>
public sealed class OfSessionAttribute() : OfOwnerAttribute(
    UploadErrorCode.UploadNotFound, UploadErrorCode.SessionConflict, UploadErrorCode.BytesLost);

/// <summary>A call that brings a chunk of a client that knows no session.</summary>
public sealed class OfClientChunkAttribute() : OfOwnerAttribute(
    UploadErrorCode.UnknownChunkFields,
    UploadErrorCode.ChunkOutOfRange,
    UploadErrorCode.ChunkLengthMismatch,
    UploadErrorCode.UploadNotFound,
    UploadErrorCode.FileNotFound,
    UploadErrorCode.AddressChanged,
    UploadErrorCode.ChunkBusy,
    UploadErrorCode.ChunkDiffers,
    UploadErrorCode.ChunkOutOfOrder,
    UploadErrorCode.ChunksMissing,
    UploadErrorCode.SessionConflict,
    UploadErrorCode.FileTooLarge,
    UploadErrorCode.ChunkDigestMismatch,
    UploadErrorCode.DigestMismatch,
    UploadErrorCode.RateLimited,
    UploadErrorCode.TooManyUploads,
    UploadErrorCode.BytesLost);
