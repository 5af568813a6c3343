using System.IO.Pipelines;

namespace ChunkUploader.Domain.Catalog;

/// <summary>Bytes that have to wait until more is known of them, no longer than their request.</summary>
public interface IStagingStore
{
    /// <summary>Takes a whole body.</summary>
    /// <param name="maxLength">In bytes.</param>
    /// <param name="ensureRoom">Is told of bytes before they are written, and throws where there is no room for so many.
    /// </param>
    /// <returns>Null, with nothing kept, if it is longer.</returns>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.StorageFull"/>; nothing is kept.</exception>
    Task<IStagedBody?> StageAsync(PipeReader body, long maxLength, Action<long> ensureRoom, CancellationToken ct);
}

/// <summary>A body that waits; nothing is left of it once it is disposed, or the process has ended.</summary>
public interface IStagedBody : IAsyncDisposable
{
    /// <summary>In bytes.</summary>
    long Length { get; }

    /// <summary>Reads it from its start; a reader that was given out before is of no further use.</summary>
    PipeReader Read();
}
