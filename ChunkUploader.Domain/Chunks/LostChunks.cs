using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Hashing;

namespace ChunkUploader.Domain.Chunks;

/// <summary>
/// Finds the chunks that were received but whose bytes did not survive: after a loss of power their rows are there,
/// while bytes that had not been flushed are not.
/// </summary>
static class LostChunks
{
    /// <returns>The chunks whose stored bytes do not have the digests they came in with.</returns>
    public static async Task<IReadOnlyCollection<ChunkRange>> FindAsync(
        IPartStore partStore, Id<Blob> blob, IReadOnlyList<ReceivedChunk> chunks)
    {
        var lost = new List<ChunkRange>();
        foreach (var chunk in chunks)
        {
            using var hasher = new BlockHasher();
            try
            {
                await partStore.ReadAsync(
                    blob, chunk.Range.Offset, chunk.Range.Length, hasher.Append, CancellationToken.None);
            }
            catch (IOException)
            {
                lost.Add(chunk.Range);
                continue;
            }

            if (!hasher.Finish().SequenceEqual(chunk.Digests))
            {
                lost.Add(chunk.Range);
            }
        }

        return lost;
    }
}
