namespace ChunkUploader.Domain.Catalog;

/// <summary>What a sweep has found and done.</summary>
/// <param name="RemovedParts">Parts that belonged to nothing.</param>
/// <param name="Quarantined">Blobs that nothing pointed to.</param>
/// <param name="Discarded">Blobs that had been in quarantine for long enough.</param>
/// <param name="LeftUnknown">Blobs that nothing points to, where they are so many that nothing was touched; else
/// 0.</param>
/// <param name="Missing">How many blobs' bytes are gone although files point to them.</param>
/// <param name="FirstMissing">Some of these, at most <see cref="BlobJanitor.MaxNamed"/>.</param>
public sealed record SweepResult(
    int RemovedParts,
    int Quarantined,
    int Discarded,
    int LeftUnknown,
    int Missing,
    IReadOnlyList<Id<Blob>> FirstMissing);
