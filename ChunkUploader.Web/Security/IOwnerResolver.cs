using ChunkUploader.Domain;
using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Web.Security;

/// <summary>Tells whose a request is.</summary>
public interface IOwnerResolver
{
    /// <exception cref="UploadException"><see cref="UploadErrorCode.InvalidInput"/>: the request names an owner in a way
    /// that cannot be taken.</exception>
    Owner Resolve(HttpContext context);
}
