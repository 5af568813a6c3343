using System.Collections.Concurrent;
using ChunkUploader.Tests.Support;

namespace ChunkUploader.Tests.Crash;

/// <summary>One file on its way and afterwards, with all that the server has acknowledged of it.</summary>
/// <param name="Owner">A secret of this upload's own, so that a look into the database finds it.</param>
sealed record TrackedUpload(TestFile File, string Owner)
{
    /// <summary>Offset and length in bytes of each acknowledged chunk, by its index.</summary>
    public ConcurrentDictionary<int, (long Offset, int Length)> Acknowledged { get; } = [];

    /// <summary>The stored file's id, once that was told.</summary>
    public string? FileId { get; set; }

    /// <summary>Somebody has asked to end or delete it: from then on it may be gone.</summary>
    public bool MayBeGone { get; set; }

    /// <summary>That was acknowledged: from then on it must be gone.</summary>
    public bool IsGone { get; set; }
}
