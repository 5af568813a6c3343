namespace ChunkUploader.Domain.Catalog;

/// <summary>A page of the catalogue, newest first.</summary>
/// <param name="Number">From 1 on.</param>
/// <param name="Total">How many files there are on all pages.</param>
public sealed record FilePage(IReadOnlyList<StoredFile> Files, int Number, int Size, int Total)
{
    public int Count => Math.Max(1, (Total + Size - 1) / Size);
}
