using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using Microsoft.AspNetCore.Mvc;

namespace ChunkUploader.Web.Downloads;

/// <summary>A stored file's bytes, whole or in part, or the word that the client has them already.</summary>
public sealed class StoredFileResult(Id<Blob> blob, Stream content, string contentType)
    : FileStreamResult(content, contentType)
{
    public Id<Blob> Blob { get; } = blob;
}
