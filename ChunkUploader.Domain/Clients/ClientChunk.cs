using ChunkUploader.Domain.Chunks;

namespace ChunkUploader.Domain.Clients;

/// <summary>
/// A chunk as any form client names it: by its index, or by where it begins.
/// </summary>
/// <param name="Index">From 0 on; null where only the offset is said.</param>
/// <param name="Offset">In bytes; asked for only where there is no index.</param>
public sealed record ClientChunk(ChunkedFile File, int? Index, long? Offset = null)
{
    /// <summary>The chunk's index in this plan; null where the plan does not know the chunk size yet.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunkOutOfRange"/>: no chunk of the plan begins
    /// there.</exception>
    public int? IndexIn(ChunkPlan plan)
    {
        if (Index is not null || Offset == 0)
        {
            return Index ?? 0;
        }

        if (plan.ChunkSize is not { } chunkSize)
        {
            return null;
        }

        return Offset % chunkSize == 0 && Offset / chunkSize < ChunkPlan.MaxChunks
            ? (int)(Offset!.Value / chunkSize)
            : throw new UploadException(
                UploadErrorCode.ChunkOutOfRange, $"The file is cut into chunks of {chunkSize} bytes; none begins there.");
    }
}
