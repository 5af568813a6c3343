using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Hashing;

namespace ChunkUploader.Domain.Chunks;

/// <summary>
/// Finds the chunks that were received but whose bytes did not survive: after a loss of power their rows are there,
/// while bytes that had not been flushed are not.
/// </summary>
static class LostChunks
{
    /// <returns>The indices of chunks whose stored bytes do not have the digests they came in with.</returns>
    public static async Task<IReadOnlyCollection<int>> FindAsync(
        IBlobStore store, Id<Blob> blob, IReadOnlyList<ReceivedChunk> chunks)
    {
        var lost = new List<int>();
        foreach (var chunk in chunks)
        {
            using var hasher = new BlockHasher();
            try
            {
                await store.ReadAsync(
                    blob, chunk.Range.Offset, chunk.Range.Length, hasher.Append, CancellationToken.None);
            }
            catch (IOException)
            {
                lost.Add(chunk.Range.Index);
                continue;
            }

            if (!hasher.Finish().SequenceEqual(chunk.Digests))
            {
                lost.Add(chunk.Range.Index);
            }
        }

        return lost;
    }
}
