using ChunkUploader.Web.Multipart;

namespace ChunkUploader.Web.Api;

/// <summary>What an endpoint takes from a form.</summary>
public interface IUploadInput<TSelf>
    where TSelf : IUploadInput<TSelf>
{
    /// <summary>Whether these fields suffice to place the bytes of the file that follows them.</summary>
    static virtual bool CanPlaceFile(IReadOnlyDictionary<string, string> fields) => true;

    static abstract TSelf From(UploadForm form);
}
