namespace ChunkUploader.Web.Api;

/// <summary>
/// Digests of received blocks, from the first one on; null where not all of a block is in.
/// </summary>
public sealed record BlocksModel(int First, IEnumerable<string?> Digests);
