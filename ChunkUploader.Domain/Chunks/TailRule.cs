namespace ChunkUploader.Domain.Chunks;

/// <summary>What becomes of the bytes that do not fill a chunk.</summary>
public enum TailRule
{
    /// <summary>They are the last chunk, a short one.</summary>
    Short,

    /// <summary>They are joined to the last whole chunk, which is up to twice as long: the default of flow.js and
    /// resumable.js.</summary>
    Long,
}
